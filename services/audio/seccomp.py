"""A list of system calls that no decoder needs, refused by the kernel from then on."""

import ctypes
import errno
import platform
from collections.abc import Mapping

PR_SET_SECCOMP = 22  # linux/prctl.h
SECCOMP_MODE_FILTER = 2  # linux/seccomp.h
RET_ALLOW, RET_ERRNO = 0x7FFF0000, 0x00050000
CLONE_THREAD = 0x00010000  # linux/sched.h

# Offsets in struct seccomp_data; both machines are little-endian.
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16

# Classic BPF: load a word, jump if equal, jump if a bit is set, return.
LOAD, IF_EQUAL, IF_SET, RETURN = 0x20, 0x15, 0x45, 0x06

AUDIT: Mapping[str, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE: Mapping[str, int] = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435  # the same everywhere

# To start programs, talk to anybody new, look into other processes, change what is mounted.
# Numbers from asm/unistd_64.h (x86_64) and asm-generic/unistd.h (aarch64).
REFUSED: Mapping[str, tuple[int, ...]] = {
    "x86_64": (
        *(57, 58, 59, 322),  # fork, vfork, execve, execveat
        *(41, 42, 49, 50, 53),  # socket, connect, bind, listen, socketpair
        *(101, 310, 311, 312),  # ptrace, process_vm_readv, process_vm_writev, kcmp
        *(165, 166, 155, 161, 272, 308),  # mount, umount2, pivot_root, chroot, unshare, setns
        *(246, 313, 175, 321, 298, 323),  # kexec, modules, bpf, perf_event_open, userfaultfd
        *(248, 249, 250, 425, 426, 427),  # keys, io_uring
    ),
    "aarch64": (
        *(221, 281),
        *(198, 203, 200, 201, 199),
        *(117, 270, 271, 272),
        *(40, 39, 41, 51, 97, 268),
        *(104, 273, 105, 280, 241, 282),
        *(217, 218, 219, 425, 426, 427),
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
        # The C library falls back from clone3, whose flags a filter cannot see, to clone.
        _Instruction(IF_EQUAL, 0, 1, CLONE3),
        _Instruction(RETURN, 0, 0, RET_ERRNO | errno.ENOSYS),
    ]
    for number in REFUSED[machine]:
        steps += [_Instruction(IF_EQUAL, 0, 1, number), refuse]
    return [
        *steps,
        _Instruction(IF_EQUAL, 0, 3, CLONE[machine]),
        _Instruction(LOAD, 0, 0, FIRST_ARGUMENT),
        _Instruction(IF_SET, 1, 0, CLONE_THREAD),  # threads yes, processes no
        refuse,
        _Instruction(RETURN, 0, 0, RET_ALLOW),
    ]
