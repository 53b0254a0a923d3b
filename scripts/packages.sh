# Sourced: the Debian 12 packages that each purpose needs, and how they are had.
# shellcheck shell=bash
# shellcheck source=scripts/common.sh

# shellcheck disable=SC2034  # read by name in install_packages
packages_build=(
  g++ cmake ninja-build pkg-config
  protobuf-compiler protobuf-compiler-grpc libprotobuf-dev libgrpc++-dev libssl-dev libc-ares-dev
  libre2-dev zlib1g-dev libexpected-dev libcli11-dev libspdlog-dev libfmt-dev nlohmann-json3-dev
  libyaml-dev libyaml-cpp-dev libsqlite3-dev prometheus-cpp-dev libcivetweb-dev
  libboost-dev libaio-dev libexpat1-dev libiperf-dev libsctp-dev liburing-dev
)
# shellcheck disable=SC2034
packages_guest=(qemu-system-x86 busybox-static e2fsprogs kmod cpio)
# shellcheck disable=SC2034
packages_test=(
  ccache libgtest-dev libgmock-dev libbenchmark-dev libcurl4-openssl-dev curl jq prometheus
  prometheus-node-exporter sqlite3 bc fio gcc hardinfo iperf3 iproute2 make nginx sysbench vsftpd
  lxc systemd-container user-mode-linux
  clang libclang-rt-dev llvm  # Clang does not depend on the sanitizers' runtimes and symbolizer
  chromium fonts-dejavu-core nodejs npm prometheus-alertmanager
  python3-jsonschema python3-protobuf
)
# shellcheck disable=SC2034
packages_lint=(clang-format clang-tidy python3 shellcheck)

# install_packages PURPOSE ...: installs what is missing. Without anything missing nothing is run
# but dpkg-query, so that it works offline.
install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -gt 0 ]] || return 0

  command -v apt-get >/dev/null ||
    fail "these packages are missing and there is no apt-get to install them: ${missing[*]}"
  [[ $(id -u) -eq 0 ]] || command -v sudo >/dev/null ||
    fail "installing packages needs root or sudo; as root run: apt-get install ${missing[*]}"
  note "installing: ${missing[*]}"
  apt_install "${missing[@]}"
}

# missing_packages PURPOSE ...: a name a line.
missing_packages() {
  local purpose package
  for purpose in "$@"; do
    local -n wanted="packages_$purpose"
    for package in "${wanted[@]}"; do is_installed "$package" || echo "$package"; done
  done
}

# A nodejs from elsewhere brings its own npm, beside which Debian's cannot be.
is_installed() {
  [[ $1 != npm ]] || ! command -v npm >/dev/null || return 0
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

as_root() { if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi; }

update_package_lists() {
  local output
  output=$(as_root apt-get -q update 2>&1) || {
    tail -n 5 <<<"$output" >&2
    complain "apt-get update failed; trying with the package lists that are here"
  }
}

apt_install() {
  local output package
  update_package_lists
  for package in "$@"; do
    # Not grep -q, whose early end would be a broken pipe, and so a failure, of apt-cache.
    if ! LC_ALL=C apt-cache policy "$package" | grep '^ *Candidate: [^(]' >/dev/null; then
      fail "the package $package cannot be had: no package source of this system offers it"
    fi
  done
  output=$(as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install -y --no-install-recommends "$@" 2>&1) || {
    tail -n 20 <<<"$output" >&2
    fail "apt-get could not install: $*"
  }
}
