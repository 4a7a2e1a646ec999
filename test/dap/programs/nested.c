/* Calls within calls: what a line leads into, frames to restart, locals to watch. */
static volatile int seen;
static int (*chosen)(int);

static inline __attribute__((always_inline)) int clamp(int value)
{
    if (value > 100)
        value = 100;
    return value;
}

static int twice(int value)
{
    int result = value + value;
    seen = result;
    return result;
}

static int add(int left, int right)
{
    int sum = left;
    sum += right;
    return sum;
}

static int total(int count)
{
    int sum = 0;
    for (int index = 0; index < count; index++)
        sum = add(sum, twice(index));
    return sum;
}

int run(void)
{
    int first = add(twice(1), twice(2));
    int second = clamp(add(first, 1));
    chosen = twice;
    int third = chosen(second);
    first = total(3);
    second = total(2);
    return first + second + third;
}

void _start(void)
{
    register long a0 __asm__("a0") = run();
    register long a7 __asm__("a7") = 93;
    __asm__ volatile("ecall" : : "r"(a0), "r"(a7));
    __builtin_unreachable();
}
