int shared[16] = {5, 4, 3, 2, 1}; int common_block[8] __attribute__((common));
const char *const words[] = {"one", "three", "fourteen"};
__attribute__((noinline)) static int twice(int x) { return x * 2 + shared[x & 15]; }
int helper(int x) { static int calls; calls++; return twice(x) + calls; }
