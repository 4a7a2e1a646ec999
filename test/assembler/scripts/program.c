typedef unsigned long ulong;
extern char _sdata[], _edata[], _sbss[], _ebss[], _data_lma[];
extern char __overlay_start[] __attribute__((weak));
int counter = 5; int zeros[40]; const char text[] = "hello"; static const int table[] = {1,2,3,4};
const char *const names[] = { "abc", "bc", "c" };
__attribute__((section(".isr.vectors"))) void (*const vectors[4])(void);
__attribute__((section(".ramfunc"))) int fast(int x) { return x * 3 + table[x & 3]; }
__attribute__((section(".text.ov0"), noinline)) int ov0(int x) { return x + 1; }
__attribute__((section(".text.ov1"), noinline)) int ov1(int x) { return x * 7 + counter; }
__attribute__((section(".noinit"))) int persistent[4];
__attribute__((section(".init_array.00010"))) void (*const ctor)(void) = 0;
__attribute__((section("exported"),used)) ulong ksym[2] = { (ulong)&counter, 3 };
__attribute__((section(".init.text"))) int setup(void) { for (int i = 0; i < 40; i++) zeros[i] = fast(i); return ov0(1) + ov1(2); }
__attribute__((section(".exit.text"))) int teardown(void) { return persistent[1]; }
__attribute__((section(".data..percpu"))) int percpu[3] = {1};
__attribute__((section(".data..cacheline_aligned"), aligned(64))) int hot[2] = {7, 8};
__attribute__((section(".rodata.v"))) const short shorts[5] = {1,2,3,4,5};
int main(void) { return setup() + teardown() + text[counter & 3] + names[1][0] + shorts[2] + percpu[1] + hot[1]; }
