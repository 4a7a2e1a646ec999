# hartbeat: dialect=rars
# prints: "1"
# warns: RARS has no directive `.nonesuch`; it is ignored.
.nonesuch 3, "x"
.text
    li a0, 1
    li a7, 1
    ecall
