typedef struct { int x, y; } point;
static volatile int seen[4];
int total = 7;
point origin = { 3, 4 };

static int add(int a, int b)
{
    int sum = a + b;
    seen[0] = sum;
    return sum;
}

int deep(int n)
{
    if (n == 0)
        return total;
    return add(deep(n - 1), 1);
}

void _start(void)
{
    int code = deep(3);
    register long a0 __asm__("a0") = code;
    register long a7 __asm__("a7") = 93;
    __asm__ volatile("ecall" : : "r"(a0), "r"(a7));
    __builtin_unreachable();
}
