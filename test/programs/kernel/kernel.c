/*
 * A small preemptive kernel: tasks in user mode, each with its own Sv39 page tables, all at the
 * same virtual addresses; pages on demand, copies of the program made private by write faults,
 * system calls, and a timer that takes the hart away. What it prints does not depend on when.
 */
typedef unsigned long word;

enum { page_size = 4096, tasks = 5, interval = 1000, output_size = 512 };
enum { V = 1, R = 2, W = 4, X = 8, U = 16, A = 64, D = 128 };
enum { running, ended };

struct task {
  word frame[34]; /* pc at 0, x1 to x31, fs0, fs1: entry.S knows */
  word *root;
  word id, state, faults, copies, calls, preemptions, length;
  char output[output_size];
};

extern char user_start[], user_end[], free_memory[];
extern word user_entry;
void supervisor_trap(void);
void run_task(struct task *task) __attribute__((noreturn));

static struct task all[tasks];
static word current;
static char *next_page;

#define write_csr(name, value) asm volatile("csrw " name ", %0" ::"r"(value) : "memory")
#define read_csr(name) ({ word v_; asm volatile("csrr %0, " name : "=r"(v_)); v_; })

static void put(char c) { *(volatile unsigned char *)0x10000000 = c; }

static void print(const char *text) {
  while (*text) put(*text++);
}

static void print_number(word value) {
  char digits[24];
  int n = 0;
  do digits[n++] = '0' + value % 10; while (value /= 10);
  while (n) put(digits[--n]);
}

static word machine_call(word number, word argument) {
  register word a0 asm("a0") = argument;
  register word a7 asm("a7") = number;
  asm volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
  return a0;
}

static void fail(const char *why) {
  print(why);
  machine_call(1, 0x13333);
}

static void *new_page(void) {
  char *page = next_page;
  next_page += page_size;
  for (word *at = (word *)page; at < (word *)next_page; at++) *at = 0;
  return page;
}

/* The entry for a user's page, with the tables that lead to it. */
static word *entry_of(word *root, word address) {
  for (int level = 2; level > 0; level--) {
    word *entry = &root[(address >> (12 + 9 * level)) & 511];
    if (!(*entry & V)) *entry = (word)new_page() >> 2 | V;
    root = (word *)(*entry >> 10 << 12);
  }
  return &root[(address >> 12) & 511];
}

static void use(struct task *task) {
  write_csr("satp", 8UL << 60 | task->id << 44 | (word)task->root >> 12);
  asm volatile("sfence.vma" ::: "memory");
}

static void start(struct task *task, word id) {
  task->id = id;
  task->root = new_page();
  /* The kernel and its devices as gigabyte pages, for itself only. */
  task->root[2] = 0x80000000UL >> 2 | V | R | W | X | A | D;
  word *devices = entry_of(task->root, 0x10000000);
  *devices = 0x10000000UL >> 2 | V | R | W | A | D;
  /* The program is shared until somebody writes to it. */
  for (word at = 0; at < (word)(user_end - user_start); at += page_size)
    *entry_of(task->root, 0x40000000 + at) = (word)(user_start + at) >> 2 | V | R | X | U;
  task->frame[0] = 0x40000000;
  task->frame[2] = 0x40800000; /* the stack comes with its first use */
  task->frame[10] = id;
}

static void schedule(void) {
  for (word n = 1; n <= tasks; n++) {
    struct task *next = &all[(current + n) % tasks];
    if (next->state == ended) continue;
    current = next->id;
    use(next);
    run_task(next);
  }
  word preemptions = 0;
  for (word n = 0; n < tasks; n++) {
    struct task *task = &all[n];
    print("task "); print_number(n);
    print(": "); print(task->output);
    print(" ("); print_number(task->faults); print(" pages, ");
    print_number(task->copies); print(" copies, ");
    print_number(task->calls); print(" calls)\n");
    preemptions += task->preemptions;
  }
  print(preemptions > 0 ? "preempted\n" : "not preempted\n");
  machine_call(1, 0x5555);
}

static void page_fault(struct task *task, word cause, word address) {
  word *entry = entry_of(task->root, address);
  if (address < 0x40000000 || address >= 0x40800000) fail("a task went astray\n");
  if (!(*entry & V)) {
    task->faults++;
    *entry = (word)new_page() >> 2 | V | R | W | U;
  } else if (cause == 15 && !(*entry & W)) {
    task->copies++;
    word *from = (word *)(*entry >> 10 << 12), *to = new_page();
    for (int n = 0; n < 512; n++) to[n] = from[n];
    *entry = (word)to >> 2 | V | R | W | X | U;
  } else {
    fail("a page fault without a reason\n");
  }
  asm volatile("sfence.vma %0" ::"r"(address) : "memory");
}

static void system_call(struct task *task) {
  word *frame = task->frame;
  task->calls++;
  frame[0] += 4;
  switch (frame[17]) {
    case 0: /* exit */
      task->state = ended;
      break;
    case 1: /* write: the pages are there, but they are the user's */
      write_csr("sstatus", read_csr("sstatus") | 1UL << 18);
      for (word n = 0; n < frame[11] && task->length < output_size - 1; n++)
        task->output[task->length++] = ((char *)frame[10])[n];
      write_csr("sstatus", read_csr("sstatus") & ~(1UL << 18));
      break;
    case 2: /* yield */
      break;
    case 3: /* who am I */
      frame[10] = task->id;
      return;
    default:
      fail("no such call\n");
  }
  schedule();
}

void supervisor_handle(struct task *task) {
  word cause = read_csr("scause");
  if (cause == (1UL << 63 | 5)) {
    task->preemptions++;
    machine_call(0, interval);
    schedule();
  }
  if (cause == 8) system_call(task);
  else if (cause == 12 || cause == 13 || cause == 15) page_fault(task, cause, read_csr("stval"));
  else fail("a trap without a reason\n");
  run_task(task);
}

void kernel_main(void) {
  next_page = free_memory;
  write_csr("stvec", supervisor_trap);
  write_csr("sie", 0x20UL);
  write_csr("sscratch", 0UL);
  /* SPP = U, SPIE on: tasks run with interrupts, the kernel without. */
  write_csr("sstatus", 1UL << 5 | 1UL << 13);
  for (word n = 0; n < tasks; n++) start(&all[n], n);
  current = tasks - 1;
  machine_call(0, interval);
  schedule();
}
