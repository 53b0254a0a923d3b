#!/usr/bin/env bash
# A small real guest: QEMU boots Debian's cloud kernel with an initramfs that holds the static
# probe, busybox and a few modules, and runs one command in it. See usage() below.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$root/scripts/common.sh"
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"

usage() {
  cat <<'USAGE'
usage: scripts/guest.sh kernel DIR
           Downloads Debian's cloud kernel into DIR, unless it is there. Nothing is installed.
       scripts/guest.sh xen DIR
           Likewise the Xen hypervisor, which a test boots in place of the kernel.
       scripts/guest.sh start --dir DIR --kernel-dir DIR --bin-dir DIR --run COMMAND
                              [--name NAME] [--append PARAMETERS] [--memory MIB] [--cpus N]
                              [--uuid UUID] [--mac ADDRESS]
           Boots a guest, runs the shell command in it and powers it off when that ends. The process
           becomes QEMU itself: its id is the caller's child's, and is in DIR/qemu.pid as well. The
           console is standard output. In the guest, /bin holds hypergauge-probe and hypergauge-bench
           of --bin-dir and busybox, /data is the ext4 disk DIR/disk.img, which is kept from boot to
           boot, and the user's loopback is 10.0.2.2. UUID and ADDRESS are the guest's identity, by
           which its host is found; without them it has none.
       scripts/guest.sh stop --dir DIR
           Ends the command with SIGTERM, unmounts the disk and powers the guest off.
USAGE
}

# What the guest needs to reach its disk and network; what it depends on comes by modules.dep.
readonly modules=(virtio_pci virtio_blk virtio_net ext4)

# package_behind NAME PATTERN: the package of this version that another one stands for at present.
package_behind() {
  LC_ALL=C apt-cache depends "$1" | sed -n "s/^[ |]*Depends: \($2\)\$/\1/p" | head -n 1
}

# download DIR NAME PATTERN: unpacked in DIR/tree, not installed: a kernel or hypervisor that is
# installed would be the user's next boot.
download() {
  local dir=$1 package
  rm -rf "$dir/tree" "$dir"/*.deb
  mkdir -p "$dir/tree"
  package=$(package_behind "$2" "$3")
  [[ -n $package ]] && (cd "$dir" && apt-get -qq -o APT::Sandbox::User= download "$package") &&
    dpkg-deb -x "$dir"/*.deb "$dir/tree" && rm -f "$dir"/*.deb
}

# download_again DIR NAME PATTERN: the lists of packages may be missing, or too old.
download_again() {
  download "$@" 2>/dev/null || {
    update_package_lists
    download "$@" || fail "cannot download what the guest needs: $2"
  }
}

fetch_kernel() {
  local dir=$1
  [[ ! -e $dir/complete ]] || return 0
  [[ $(uname -m) == x86_64 ]] || fail "the guest needs an x86_64 host; this one is $(uname -m)"
  download_again "$dir" linux-image-cloud-amd64 'linux-image-[0-9].*'
  mv "$dir"/tree/boot/vmlinuz-* "$dir/vmlinuz"
  PATH=$PATH:/sbin:/usr/sbin depmod -b "$dir/tree" "$(ls "$dir/tree/lib/modules")"
  touch "$dir/complete"
}

fetch_xen() {
  local dir=$1
  [[ ! -e $dir/complete ]] || return 0
  download_again "$dir" xen-system-amd64 'xen-hypervisor-[0-9.]*-amd64'
  # QEMU's loader does not unpack.
  gzip -dc "$dir"/tree/boot/xen-*.gz >"$dir/xen"
  touch "$dir/complete"
}

# module_files MODULES_DIR: the files of `modules` and of all they need, in the order of loading.
module_files() {
  local dir=$1 name pattern line file
  for name in "${modules[@]}"; do
    pattern="/${name//_/[-_]}\.ko"  # file names have dashes where module names have underscores
    if line=$(grep -E "^[^:]*$pattern(\.xz|\.gz|\.zst)?:" "$dir/modules.dep"); then
      # "a: b c" means that c comes before b, and b before a.
      for file in ${line/:/}; do echo "$file"; done | tac
    elif ! grep -qE "$pattern\$" "$dir/modules.builtin"; then
      complain "the kernel in $dir has no module $name"
      return 1
    fi
  done | awk '!seen[$0]++'
}

build_initramfs() {
  local kernel_dir=$1 bin_dir=$2 output=$3 tree files file number=0 copy
  local module_dirs=("$kernel_dir"/tree/lib/modules/*)
  tree=$output.tree
  rm -rf "$tree"
  mkdir -p "$tree"/{bin,data,dev,etc,modules,proc,sys,tmp}
  cp /bin/busybox "$bin_dir/hypergauge-probe" "$bin_dir/hypergauge-bench" "$tree/bin/"
  cp "$root/scripts/guest-init.sh" "$tree/init"
  chmod 0755 "$tree/init"
  files=$(module_files "${module_dirs[0]}")
  for file in $files; do
    printf -v copy '%s/modules/%02d-%s' "$tree" "$((number += 1))" "$(basename "${file%.ko*}").ko"
    case $file in
      *.xz) xz -dc "${module_dirs[0]}/$file" >"$copy" ;;
      *.gz) gzip -dc "${module_dirs[0]}/$file" >"$copy" ;;
      *.zst) zstd -qdc "${module_dirs[0]}/$file" >"$copy" ;;
      *) cp "${module_dirs[0]}/$file" "$copy" ;;
    esac
  done
  # Not compressed: unpacking in the guest is emulated, and slower than reading 20 MB.
  (cd "$tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$output"
  rm -rf "$tree"
}

# The journal and inode tables are written now: the kernel would do it later, during measurements.
make_disk() {
  local disk=$1
  [[ ! -e $disk ]] || return 0
  truncate -s 1G "$disk.new"
  PATH=$PATH:/sbin:/usr/sbin mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0 "$disk.new"
  mv "$disk.new" "$disk"
}

# Without the host's page cache where the file system can do that, so that the guest's disk is not
# faster than the host's own.
cache_mode() {
  if dd if=/dev/zero of="$1/direct.tmp" bs=4096 count=1 oflag=direct status=none 2>/dev/null; then
    echo none
  else
    echo writeback
  fi
  rm -f "$1/direct.tmp"
}

start() {
  local dir='' kernel_dir='' bin_dir='' command='' name=guest append='' memory=512 cpus=2 uuid='' mac='' cache
  local identity=()
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || usage_error "$1 needs a value"
    case $1 in
      --dir) dir=$2 ;;
      --kernel-dir) kernel_dir=$2 ;;
      --bin-dir) bin_dir=$2 ;;
      --run) command=$2 ;;
      --name) name=$2 ;;
      --append) append=$2 ;;
      --memory) memory=$2 ;;
      --cpus) cpus=$2 ;;
      --uuid) uuid=$2 ;;
      --mac) mac=$2 ;;
      *) usage_error "unknown flag $1" ;;
    esac
    shift 2
  done
  [[ -n $dir && -n $kernel_dir && -n $bin_dir && -n $command ]] ||
    usage_error "start needs --dir, --kernel-dir, --bin-dir and --run"
  [[ $command != *'"'* ]] || usage_error "--run cannot hold a double quote: $command"
  [[ -e $kernel_dir/complete ]] || fail "no kernel in $kernel_dir; run: scripts/guest.sh kernel DIR"

  mkdir -p "$dir"
  make_disk "$dir/disk.img"
  build_initramfs "$kernel_dir" "$bin_dir" "$dir/initramfs"
  cache=$(cache_mode "$dir")
  rm -f "$dir"/control.{in,out}
  mkfifo "$dir"/control.{in,out}

  [[ -z $uuid ]] || identity=(-uuid "$uuid")
  # In QEMU's lists a comma of a path is written twice.
  # Software emulation: it works everywhere, and a guest that costs much is what a demonstration of
  # overhead needs. The second serial port is how stop() reaches the guest.
  exec qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
    -accel tcg,thread=multi -m "$memory" -smp "$cpus" -pidfile "$dir/qemu.pid" \
    -kernel "$kernel_dir/vmlinuz" -initrd "$dir/initramfs" \
    -append "console=ttyS0 quiet panic=-1 hypergauge_name=$name hypergauge_run=\"$command\" $append" \
    -chardev stdio,id=console,signal=off -serial chardev:console \
    -chardev pipe,id=control,path="${dir//,/,,}/control" -serial chardev:control \
    -netdev user,id=net -device "virtio-net-pci,netdev=net,romfile=${mac:+,mac=$mac}" \
    "${identity[@]}" \
    -drive "file=${dir//,/,,}/disk.img,format=raw,if=virtio,cache=$cache" </dev/null
}

stop() {
  local dir='' pid=''
  [[ $# -eq 2 && $1 == --dir ]] || usage_error "stop needs --dir DIR and nothing else"
  dir=$2
  [[ ! -e $dir/qemu.pid ]] || pid=$(<"$dir/qemu.pid")
  # QEMU removes its file when it ends; one that stayed may name a stranger by now.
  [[ -n $pid && $(cat "/proc/$pid/comm" 2>/dev/null) == qemu-system* ]] || return 0
  local tries
  for ((tries = 0; tries < 30; ++tries)); do
    # Said again and again, since a guest that still boots does not listen yet.
    # Opened for reading too, or the opening would wait for a QEMU that just ended.
    echo stop 1<>"$dir/control.in"
    sleep 0.5
    kill -0 "$pid" 2>/dev/null || return 0
  done
  # The guest hangs. Ending QEMU is a power cut, which the probe's spool and ext4's journal survive.
  complain "the guest in $dir did not power off; ending QEMU"
  kill "$pid" 2>/dev/null || true
}

usage_error() {
  complain "$@"
  usage >&2
  exit 2
}

case ${1:-} in
  kernel)
    [[ $# -eq 2 ]] || usage_error "kernel needs one folder"
    fetch_kernel "$2"
    ;;
  xen)
    [[ $# -eq 2 ]] || usage_error "xen needs one folder"
    fetch_xen "$2"
    ;;
  start | stop) "$@" ;;
  --help | -h) usage ;;
  *) usage_error "unknown command \"${1:-}\"" ;;
esac
