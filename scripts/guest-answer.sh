#!/bin/busybox sh
# shellcheck shell=dash
# What a machine does that was started only to say what it is: the static probe's answer, for root
# and for a user without rights, between two lines that tests/support/answering_machine.cc looks
# for. Without an argument this is the first process of a virtual machine, which it powers off. In a
# container the argument is "container", or "namespaces" where no manager mounts /sys. The kernel's
# parameter hypergauge_nested=1 has a container answer in the virtual machine.
# hypergauge_answer_by=kmsg has the kernel print the answer, where it has a console and programs have
# none, and restarts the machine, since Xen does not power off.
# shellcheck disable=SC2154  # these come from the kernel
export PATH=/bin

answer_as() {
  echo "answer of $1 begins"
  # What is logged would be no JSON; it follows when the answer is whole.
  su "$1" -s /bin/sh -c "hypergauge-probe detect --format json" 2>/tmp/log
  echo "answer of $1 ends with status $?"
  cat /tmp/log
}

answer() {
  answer_as root
  answer_as nobody
}

answer_by_kernel() {
  # Only what is more urgent than 2 gets through; in short lines, since long ones would be cut.
  echo 2 >/proc/sys/kernel/printk
  answer 2>&1 | fold -w 200 | while IFS= read -r line; do echo "<1>$line" >/dev/kmsg; done
}

case $1 in
  container) answer ;;
  namespaces)
    mount -t sysfs -o ro sysfs /sys
    answer
    ;;
  *)
    mount -t proc proc /proc
    mount -t sysfs sysfs /sys
    mount -t devtmpfs devtmpfs /dev
    # A message of the kernel would stand in the middle of the answer.
    echo 1 >/proc/sys/kernel/printk
    if [ "$hypergauge_answer_by" = kmsg ]; then
      answer_by_kernel
      reboot -f
    elif [ -n "$hypergauge_nested" ]; then
      unshare -p -f --mount-proc sh /init container
    else
      answer
    fi
    poweroff -f
    ;;
esac
