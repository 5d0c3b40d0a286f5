"""What a kernel under test finds: one archive in memory with the programs of the build, the libraries
that they need, the kernel's modules for reading sockets, and busybox."""

import lzma
import os
import re
import shutil
import subprocess

BUSYBOX = "/bin/busybox"
MODULES = ["tcp_diag", "udp_diag"]  # a dump of sockets would load them
HERE = os.path.dirname(os.path.abspath(__file__))


def libraries(program):
    """The files that it is linked with, the loader among them."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return re.findall(r"(/\S+)", listed)


class Image:
    """The folder that becomes the archive, without what differs from kernel to kernel."""

    def __init__(self, folder, source, programs):
        self.root = folder
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("bin", "build", "etc", "modules", "source/tests"):
            os.makedirs(f"{folder}/{name}")
        os.chmod(folder, 0o755)  # some tests run programs as nobody
        shutil.copy(BUSYBOX, folder + BUSYBOX)
        os.symlink("busybox", folder + "/bin/sh")
        shutil.copy(HERE + "/guest.sh", folder + "/init")
        os.chmod(folder + "/init", 0o755)
        with open(folder + "/etc/passwd", "w") as file:
            file.write("root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n")
        for part in ("docs", "tests/fixtures"):
            shutil.copytree(f"{source}/{part}", f"{folder}/source/{part}")
        for program in programs:
            self.add_program(program)

    def add_program(self, program):
        target = f"{self.root}/build/{program}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        subprocess.run(["strip", "-o", target, program], check=True)
        for library in libraries(program):
            if not os.path.exists(self.root + library):
                os.makedirs(os.path.dirname(self.root + library), exist_ok=True)
                shutil.copy(library, self.root + library)

    def add_modules(self, kernel):
        """Those of this kernel alone, in the order in which they have to be loaded."""
        folder = self.root + "/modules"
        shutil.rmtree(folder)
        os.mkdir(folder)
        order = []

        def add(name):
            path = kernel.module(name)
            if not path or name in order:
                return
            with (lzma.open if path.endswith(".xz") else open)(path, "rb") as file:
                module = file.read()
            for needed in re.search(rb"\0depends=([^\0]*)", module)[1].decode().split(","):
                add(needed)
            with open(f"{folder}/{name}", "wb") as file:
                file.write(module)
            order.append(name)

        for name in MODULES:
            add(name)
        with open(folder + "/order", "w") as file:
            file.write("".join(name + "\n" for name in order))

    def pack(self, kernel, path):
        """Uncompressed: to unpack it is what costs an emulated machine most."""
        self.add_modules(kernel)
        names = [os.path.relpath(os.path.join(folder, name), self.root)
                 for folder, folders, files in os.walk(self.root) for name in folders + files]
        with open(path, "wb") as file:
            subprocess.run(["cpio", "-o", "-H", "newc", "--quiet", "-R", "0:0"], cwd=self.root,
                           input="".join(name + "\n" for name in names).encode(), stdout=file,
                           check=True)
