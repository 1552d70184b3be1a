#!/bin/sh
# Turns new namespaces into a machine of its own: a Debian root on which only this machine writes, with its own processes,
# network and /run. Started by machine.py under unshare(1):
#
#   boot.sh BARE_ROOT FOLDER COMMAND...     the command becomes the machine's first process
set -eu
bare=$1 folder=$2 root=$2/root
shift 2

mount -t overlay overlay -o "lowerdir=$bare,upperdir=$folder/written,workdir=$folder/work" "$root"
mount -t proc proc "$root/proc"
# The kernel is the host's: nothing in here may set it.
for path in sys sysrq-trigger; do
    [ -e "$root/proc/$path" ] || continue
    mount --bind "$root/proc/$path" "$root/proc/$path"
    mount -o remount,bind,ro "$root/proc/$path"
done
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for name in null zero full random urandom tty; do
    : > "$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs tmpfs "$root/dev/shm"

# Not chroot(8): the kernel makes no user namespaces for who is in one, and PrivateUsers= needs them.
cd "$root"
mkdir -p mnt
pivot_root . mnt
umount --lazy /mnt
# As systemd makes it where it is not in a container: what it mounts for a service in a namespace beside its own comes back.
mount --make-rshared /
exec env -i container=amibridge-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --bounding-set=-sys_module,-sys_time,-sys_rawio,-sys_boot,-syslog --inh-caps=-all "$@"
