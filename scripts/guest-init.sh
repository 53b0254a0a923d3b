#!/bin/busybox sh
# shellcheck shell=dash
# shellcheck disable=SC2154  # the parameters come from the kernel
# The first process of the guest that scripts/guest.sh boots. The kernel hands the parameters
# hypergauge_name and hypergauge_run of its command line over as environment variables.
export PATH=/bin

# Everything that may fail before the command runs ends the guest: a console nobody sits at is no
# place to wait.
die() {
  echo "guest: $*"
  poweroff -f
}

/bin/busybox mkdir -p /sbin /usr
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup

for module in /modules/*.ko; do
  insmod "$module" || die "cannot load $module"
done

hostname "$hypergauge_name"
ip link set lo up
ip link set eth0 up || die "no network card"
ip address add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
mount -t ext4 /dev/vda /data || die "cannot mount the disk"

echo "guest: up after $(cut -d ' ' -f 1 /proc/uptime) s"
sh -c "$hypergauge_run" &
command=$!
# "stop" on the second serial port is the power button.
(
  stty -echo </dev/ttyS1
  while read -r line </dev/ttyS1; do
    [ "$line" = stop ] && kill -TERM "$command" 2>/dev/null
  done
) &
wait "$command"
echo "guest: the command ended with status $?"
umount /data || sync
poweroff -f
