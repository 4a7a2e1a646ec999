	.data
	.word 1
