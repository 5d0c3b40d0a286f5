"""A virtual machine of one processor, without any device but its console: by KVM if that boots the
kernel, else emulated."""

import os
import subprocess

PROGRAM = "qemu-system-x86_64"
# Emulated without cmpxchg16b, of which qemu 7.2 makes a mess that the kernel's SLUB allocator
# stumbles on, and without five-level page tables, which cost time.
PROCESSORS = {"kvm": "host", "tcg": "max,-cx16,-la57"}
MEGABYTES = 512
UP = "== up:"


def command(acceleration, kernel, image, settings):
    # A busy host fails the kernel's test of its timer.
    words = ["console=ttyS0", "quiet", "panic=-1", "no_timer_check", "rdinit=/init",
             *(f"{name}={value}" for name, value in settings.items())]
    return [PROGRAM, "-accel", acceleration, "-cpu", PROCESSORS[acceleration], "-smp", "1",
            "-m", str(MEGABYTES), "-nodefaults", "-no-reboot", "-nic", "none", "-display", "none",
            "-serial", "stdio", "-kernel", kernel, "-initrd", image, "-append", " ".join(words)]


def boot(acceleration, kernel, image, log, settings, seconds):
    """Runs the machine until it is switched off, or the time is over. What its console showed is in
    the file `log`, and is returned."""
    with open(log, "wb") as file:
        try:
            subprocess.run(command(acceleration, kernel, image, settings), stdin=subprocess.DEVNULL,
                           stdout=file, stderr=file, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            pass
    with open(log, errors="replace") as file:
        return file.read().replace("\r", "")


def choose_acceleration(kernel, image, log):
    """KVM may be here and yet boot nothing, in a virtual machine itself."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    return "kvm" if UP in boot("kvm", kernel, image, log, {"ONLY_UP": 1}, 15) else "tcg"
