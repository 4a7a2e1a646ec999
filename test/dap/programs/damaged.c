/* Writes beyond an array, over the place where the function returns to. */
static volatile int seen;

static void fill(long *words, int count)
{
    for (int index = 0; index < count; index++)
        words[index] = 0x4141414141414140;
    seen = count;
}

static int use(int count)
{
    long words[2];
    fill(words, count);
    return seen;
}

int outer(int count)
{
    return use(count) + 1;
}

void _start(void)
{
    outer(2);
    outer(5);
    __builtin_trap();
}
