/*
 * Takes over the first process of a sandbox (x86-64): writes code into its memory, where it waits for its children. From then on it says that the
 * command ended well, so that bubblewrap ends, and goes on writing to a file. It forgets its command line.
 *
 * usage: takeover MEM WAY FILE. MEM is /proc/1/mem or /proc/1/task/1/mem; WAY one letter. p(lain); t(hread): the first one leaves, another goes on;
 * v(fork): it waits in the kernel while its child goes on; h(idden): it makes itself undumpable; e(nds): it goes on for 0.2 s, then ends
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { room = 2048, stack = 65536 };

/* Lies behind the code, so that the code finds it from where it is itself. */
struct orders {
  long event;
  long way;
  char file[64];
};

#define code(name) __attribute__((section(name), used, noinline, optimize("no-stack-protector")))

static inline __attribute__((always_inline)) long call(long number, long a, long b, long c, long d, long e) {
  register long fourth __asm__("r10") = d;
  register long fifth __asm__("r8") = e;
  register long sixth __asm__("r9") = 0;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth) : "rcx", "r11", "memory");
  return result;
}

code("code") void start(void);
code("code") void work(const struct orders *orders);

/* Runs `work` on a stack of its own, as a thread or as a child. */
static inline __attribute__((always_inline)) long begin(long flags, long top, const struct orders *orders) {
  register const struct orders *kept __asm__("rbx") = orders;
  long result;
  __asm__ volatile("xor %%edx, %%edx; xor %%r10d, %%r10d; xor %%r8d, %%r8d; syscall; test %%rax, %%rax; jnz 1f; mov %%rbx, %%rdi; call work; 1:"
                   : "=a"(result)
                   : "a"((long)SYS_clone), "D"(flags), "S"(top), "r"(kept)
                   : "rcx", "rdx", "r8", "r10", "r11", "memory");
  return result;
}

void start(void) {
  const struct orders *orders = (const struct orders *)((const char *)start + room);
  call(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0);
  if (orders->way == 'h') call(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (orders->way == 't' || orders->way == 'v') {
    long memory = call(SYS_mmap, 0, stack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    long thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    begin(orders->way == 't' ? thread : CLONE_VM | CLONE_VFORK | SIGCHLD, memory + stack - 64, orders);
    call(SYS_exit, 0, 0, 0, 0, 0);
  }
  work(orders);
}

void work(const struct orders *orders) {
  long one = 1;
  struct timespec soon = {0, 1000000};
  long file = call(SYS_open, (long)orders->file, O_WRONLY | O_CREAT | O_APPEND, 0644, 0, 0);
  call(SYS_write, file, (long)&one, 1, 0, 0);
  call(SYS_write, orders->event, (long)&one, 8, 0, 0);
  for (int times = 0; orders->way != 'e' || times < 200; times++) {
    call(SYS_write, file, (long)&one, 1, 0, 0);
    call(SYS_nanosleep, (long)&soon, 0, 0, 0, 0);
  }
  call(SYS_exit_group, 0, 0, 0, 0, 0);
}

/* Fields 48 and 49 of proc(5); the name in parentheses is without spaces here. */
static void forgetCommandLine(int memory) {
  char about[2048] = "";
  FILE *stat = fopen("/proc/1/stat", "r");
  if (!stat || !fgets(about, sizeof about, stat)) return;
  char *rest = NULL, *field = strtok_r(about, " ", &rest);
  for (int at = 1; field && at < 48; at++) field = strtok_r(NULL, " ", &rest);
  unsigned long from = strtoul(field, NULL, 10), to = strtoul(strtok_r(NULL, " ", &rest), NULL, 10);
  while (from < to) pwrite(memory, "", 1, from++);
}

extern const char __start_code, __stop_code;

static long eventOf(void) {
  char path[300], target[64];
  DIR *folder = opendir("/proc/1/fd");
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    snprintf(path, sizeof path, "/proc/1/fd/%s", entry->d_name);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length > 0 && !strncmp(target, "anon_inode:[eventfd]", length)) return atol(entry->d_name);
  }
  return -1;
}

int main(int count, char **words) {
  char about[512] = "", image[2 * room] = "";
  if (count < 4) return 2;
  FILE *call = fopen("/proc/1/syscall", "r");
  if (!call || !fgets(about, sizeof about, call)) return perror("syscall"), 3;
  unsigned long next = strtoul(strrchr(about, ' '), NULL, 16);
  struct orders orders = {.event = eventOf(), .way = words[2][0]};
  strncpy(orders.file, words[3], sizeof orders.file - 1);
  /* The compiler puts the functions into an order of its own. */
  long entry = (const char *)start - &__start_code;
  memcpy(image, &__start_code, &__stop_code - &__start_code);
  memcpy(image + entry + room, &orders, sizeof orders);
  int memory = open(words[1], O_RDWR);
  if (memory < 0 || pwrite(memory, image, sizeof image, next - entry) != sizeof image) return perror("mem"), 5;
  forgetCommandLine(memory);
  puts("written");
  fflush(stdout);
  /* Whose parent has gone becomes a child of the first process, which wakes up for its end. */
  if (fork() == 0) {
    fork();
    _exit(0);
  }
  pause();
  return 0;
}
