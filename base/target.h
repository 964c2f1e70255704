/* The name of the machine that this was compiled for: the triple of layouts and images. */
#ifndef PW_BASE_TARGET_H
#define PW_BASE_TARGET_H

#if defined __x86_64__ && !defined __ILP32__
#define PW_TARGET "x86_64-linux-gnu"
#elif defined __i386__
#define PW_TARGET "i686-linux-gnu"
#elif defined __aarch64__
#define PW_TARGET "aarch64-linux-gnu"
#elif defined __arm__ && defined __ARM_PCS_VFP
#define PW_TARGET "arm-linux-gnueabihf"
#elif defined __riscv && __riscv_xlen == 64
#define PW_TARGET "riscv64-linux-gnu"
#else
#define PW_TARGET "unknown"
#endif

#endif
