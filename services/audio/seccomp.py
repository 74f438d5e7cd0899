"""A list of system calls that no decoder needs, refused by the kernel from then on."""

import ctypes
import errno
import os
import platform
from collections.abc import Mapping

PR_SET_SECCOMP = 22  # linux/prctl.h
SECCOMP_MODE_FILTER = 2  # linux/seccomp.h
RET_ALLOW, RET_ERRNO = 0x7FFF0000, 0x00050000
CLONE_THREAD = 0x00010000  # linux/sched.h

# Offsets in struct seccomp_data; both machines are little-endian.
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16

# Classic BPF: load a word, jump if equal, if not less, if a bit is set, return.
LOAD, IF_EQUAL, IF_NOT_LESS, IF_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

AUDIT: Mapping[str, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE: Mapping[str, int] = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435  # the same everywhere
X32 = 0x40000000  # asm/unistd.h: from here on every x86_64 call has a second number
TGKILL: Mapping[str, int] = {"x86_64": 234, "aarch64": 131}
PRLIMIT: Mapping[str, int] = {"x86_64": 302, "aarch64": 261}

# To start programs, talk to anybody new, look into other processes, change what is mounted; to
# end others, and to change files by name, where Landlock has no say.
# Numbers from asm/unistd_64.h (x86_64) and asm-generic/unistd.h (aarch64).
REFUSED: Mapping[str, tuple[int, ...]] = {
    "x86_64": (
        *(57, 58, 59, 322),  # fork, vfork, execve, execveat
        *(41, 42, 49, 50, 53),  # socket, connect, bind, listen, socketpair
        *(101, 310, 311, 312),  # ptrace, process_vm_readv, process_vm_writev, kcmp
        *(165, 166, 155, 161, 272, 308),  # mount, umount2, pivot_root, chroot, unshare, setns
        *(246, 313, 175, 321, 298, 323),  # kexec, modules, bpf, perf_event_open, userfaultfd
        *(248, 249, 250, 425, 426, 427),  # keys, io_uring
        *(428, 429, 430, 431, 432, 433, 442),  # the newer ways to mount
        *(62, 200, 129, 297, 424, 434, 438, 440),  # kill and its kin, pidfd, process_madvise
        *(76, 90, 268, 452, 92, 94, 260),  # truncate, chmod, chown
        *(132, 235, 261, 280, 188, 189, 197, 198),  # times, extended attributes
        *(133, 259, 304),  # mknod, open_by_handle_at
        *(29, 30, 68, 64, 240),  # memory and queues shared by number or name
        *(320, 169, 167, 164, 227, 305, 159),  # kexec, reboot, swap, clocks
        *(170, 171, 163, 103, 179, 172, 173, 135, 300),  # names, logs, quotas, ports, fanotify
    ),
    "aarch64": (
        *(221, 281),
        *(198, 203, 200, 201, 199),
        *(117, 270, 271, 272),
        *(40, 39, 41, 51, 97, 268),
        *(104, 273, 105, 280, 241, 282),
        *(217, 218, 219, 425, 426, 427),
        *(428, 429, 430, 431, 432, 433, 442),
        *(129, 130, 138, 240, 424, 434, 438, 440),
        *(45, 53, 452, 54),
        *(88, 5, 6, 14, 15),
        *(33, 265),
        *(194, 196, 186, 190, 180),
        *(294, 142, 224, 170, 112, 266, 171),
        *(161, 162, 89, 116, 60, 92, 262),
    ),
}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


def refuse_calls(libc: ctypes.CDLL) -> None:
    """Ask the kernel to answer these calls with "not permitted"; for good.

    Needs no-new-privileges. Threads made later inherit it. Raises `OSError` where the system
    does not allow it, `KeyError` on a machine whose numbers are not known here.
    """
    steps = _steps(platform.machine())
    program = _Program(len(steps), (_Instruction * len(steps))(*steps))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")


def _steps(machine: str) -> list[_Instruction]:
    refuse = _Instruction(RETURN, 0, 0, RET_ERRNO | errno.EPERM)
    steps = [
        _Instruction(LOAD, 0, 0, MACHINE),
        _Instruction(IF_EQUAL, 1, 0, AUDIT[machine]),
        refuse,  # a call in the dress of another machine
        _Instruction(LOAD, 0, 0, NUMBER),
        _Instruction(IF_NOT_LESS, 0, 1, X32),
        refuse,
        # The C library falls back from clone3, whose flags a filter cannot see, to clone.
        _Instruction(IF_EQUAL, 0, 1, CLONE3),
        _Instruction(RETURN, 0, 0, RET_ERRNO | errno.ENOSYS),
    ]
    for number in REFUSED[machine]:
        steps += [_Instruction(IF_EQUAL, 0, 1, number), refuse]
    return [
        *steps,
        *_only(TGKILL[machine], os.getpid()),  # what abort() sends to itself
        *_only(PRLIMIT[machine], 0),  # its own limits
        _Instruction(IF_EQUAL, 0, 3, CLONE[machine]),
        _Instruction(LOAD, 0, 0, FIRST_ARGUMENT),
        _Instruction(IF_SET, 1, 0, CLONE_THREAD),  # threads yes, processes no
        refuse,
        _Instruction(RETURN, 0, 0, RET_ALLOW),
    ]


def _only(number: int, first_argument: int) -> list[_Instruction]:
    """Steps that allow a call for this first argument alone."""
    return [
        _Instruction(IF_EQUAL, 0, 4, number),
        _Instruction(LOAD, 0, 0, FIRST_ARGUMENT),
        _Instruction(IF_EQUAL, 1, 0, first_argument),
        _Instruction(RETURN, 0, 0, RET_ERRNO | errno.EPERM),
        _Instruction(RETURN, 0, 0, RET_ALLOW),
    ]
