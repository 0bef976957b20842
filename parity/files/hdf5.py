"""Writes the HDF5 files of test/exchange/files/hdf5/ with h5py: python parity/files/hdf5.py"""

from pathlib import Path

import h5py
import numpy as np

folder = Path(__file__).parent.parent.parent / "test/exchange/files/hdf5"
folder.mkdir(parents=True, exist_ok=True)

values = np.array([[0, 1, 2], [100, 30, 4]])

with h5py.File(folder / "kinds.h5", "w") as file:
    file.attrs["text"] = "é text"
    file.attrs["bytes"] = np.bytes_(b"bytes")
    file.attrs["fixed"] = [b"a", b"bcd"]
    file.attrs["variable"] = np.array(["x", "", "yé"], dtype=h5py.string_dtype())
    file.attrs["none"] = np.array([], dtype="S1")
    file.attrs["empty"] = h5py.Empty("f4")
    file.attrs["number"] = 1.5
    file.attrs["numbers"] = np.arange(3)
    group = file.create_group("group")
    for type_ in ["f2", "f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", ">f4", ">i2"]:
        group.create_dataset(type_, data=values.astype(type_))
    group.create_dataset("text", data="not a number")
    group.create_dataset("scalar", data=np.float32(3))
    group.create_dataset("rows of none", shape=(0, 3), dtype="f4")
    group.create_dataset("deflated", data=np.zeros((10, 100), "f4"), compression="gzip", chunks=(5, 50), shuffle=True, fletcher32=True)
    file["same group"] = h5py.SoftLink("/group")

with h5py.File(folder / "latest.h5", "w", libver="latest", track_order=True) as file:
    for name in ["second", "first", "third"]:
        file.create_group(name, track_order=True).create_dataset("kernel", data=values.astype("f4"))
    for number in range(20):
        file.attrs[f"attribute {19 - number}"] = number

with h5py.File(folder / "external-link.h5", "w") as file:
    file["elsewhere"] = h5py.ExternalLink("/etc/passwd", "/x")

with h5py.File(folder / "loop.h5", "w") as file:
    group = file.create_group("loop")
    group["itself"] = group
    group["too"] = h5py.SoftLink("/loop")

with h5py.File(folder / "huge.h5", "w") as file:
    file.create_dataset("huge", shape=(1 << 40,), dtype="f4", chunks=(1024,))

with h5py.File(folder / "bomb.h5", "w") as file:
    for number in range(3):
        file.create_dataset(f"zeros{number}", shape=(1 << 24,), dtype="f4", chunks=(1 << 22,), compression="gzip")

with h5py.File(folder / "virtual.h5", "w") as file:
    layout = h5py.VirtualLayout(shape=(3,), dtype="f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", shape=(3,))
    file.create_virtual_dataset("view", layout)

with h5py.File(folder / "lzf.h5", "w") as file:
    file.create_dataset("lzf", data=np.zeros(100, "f4"), compression="lzf")
