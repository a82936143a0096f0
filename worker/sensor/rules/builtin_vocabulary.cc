#include "worker/sensor/rules/builtin.h"

namespace bench::sensor {
namespace {

using Lists = decltype(Vocabulary::lists);
using Macros = decltype(Vocabulary::macros);

void AddProgramLists(Lists& lists) {
  lists["shells"] = {"sh",   "bash", "dash", "zsh",   "ksh",  "mksh", "ash",    "csh",
                     "tcsh", "fish", "pwsh", "rbash", "rksh", "yash", "busybox"};
  lists["shell_parents"] = {"sshd",  "login", "su",     "sudo", "screen", "tmux",
                            "tmate", "getty", "agetty", "gdm",  "lightdm"};
  lists["package_managers"] = {"dpkg",
                               "dpkg-deb",
                               "dpkg-preconfigu",
                               "dpkg-reconfigur",
                               "dpkg-divert",
                               "dpkg-statoverr",
                               "apt",
                               "apt-get",
                               "apt-key",
                               "apt-listchanges",
                               "aptitude",
                               "apt.systemd.dai",
                               "unattended-upgr",
                               "synaptic",
                               "rpm",
                               "rpmkey",
                               "dnf",
                               "dnf-automatic",
                               "yum",
                               "yum-cron",
                               "microdnf",
                               "packagekitd",
                               "rhn_check",
                               "up2date",
                               "zypper",
                               "apk",
                               "pacman",
                               "snapd",
                               "snap",
                               "flatpak",
                               "frontend",
                               "preinst",
                               "postinst",
                               "prerm",
                               "postrm",
                               "update-alternat"};
  lists["user_managers"] = {"useradd", "userdel",  "usermod",   "groupadd", "groupdel", "groupmod",
                            "adduser", "deluser",  "addgroup",  "delgroup", "chage",    "chfn",
                            "chsh",    "chpasswd", "chgpasswd", "newusers", "passwd",   "pwck",
                            "grpck",   "pwconv",   "grpconv",   "pwunconv", "vipw",     "vigr"};
  lists["login_programs"] = {"login",
                             "su",
                             "sudo",
                             "sudoedit",
                             "doas",
                             "runuser",
                             "newgrp",
                             "sg",
                             "sshd",
                             "sshd-session",
                             "sshd-auth",
                             "systemd-logind",
                             "systemd-user",
                             "unix_chkpwd",
                             "unix_update",
                             "pkexec",
                             "polkitd",
                             "polkit-agent-he",
                             "gdm-session-wor",
                             "lightdm",
                             "sddm-helper",
                             "cockpit-session",
                             "accounts-daemon",
                             "sulogin",
                             "agetty",
                             "nscd",
                             "nslcd",
                             "sssd",
                             "sssd_nss",
                             "sssd_pam",
                             "winbindd",
                             "vsftpd",
                             "proftpd",
                             "dovecot",
                             "saslauthd",
                             "saslpasswd2"};
  lists["job_runners"] = {"cron",           "crond",           "atd",
                          "anacron",        "run-parts",       "fcron",
                          "systemd",        "systemd-cryptse", "systemd-sysuser",
                          "systemd-tmpfile"};
  lists["config_managers"] = {
      "puppet",         "puppet-agent",    "chef-client", "ansible",     "ansible-playboo",
      "salt-minion",    "cf-agent",        "cf-execd",    "cloud-init",  "cfn-init",
      "oneagentinstal", "google_guest_ag", "waagent",     "walinuxagent"};
  lists["backup_programs"] = {"rsync",     "borg",    "restic",       "duplicity",
                              "bacula-fd", "amandad", "rdiff-backup", "rsnapshot",
                              "logrotate", "savelog", "tar-backup"};
  lists["integrity_checkers"] = {"aide",         "tripwire",   "samhain",   "debsums",
                                 "rkhunter",     "chkrootkit", "lynis",     "ossec-syscheckd",
                                 "wazuh-agentd", "clamscan",   "freshclam", "auditd",
                                 "osqueryd"};
  lists["log_programs"] = {"rsyslogd",        "syslog-ng", "syslogd",    "journald",
                           "systemd-journal", "fluentd",   "fluent-bit", "filebeat",
                           "logstash",        "promtail",  "vector",     "td-agent",
                           "auditd",          "logrotate", "savelog",    "newsyslog"};
  lists["web_servers"] = {"nginx",   "httpd", "apache2",  "lighttpd", "caddy", "haproxy",
                          "traefik", "envoy", "varnishd", "squid",    "node",  "gunicorn",
                          "uwsgi",   "puma",  "php-fpm",  "tomcat",   "jetty"};
  lists["databases"] = {"mysqld",          "mariadbd",      "postgres",  "mongod",
                        "mongos",          "redis-server",  "memcached", "cassandra",
                        "clickhouse-serv", "influxd",       "etcd",      "couchdb",
                        "rabbitmq-server", "elasticsearch", "slapd",     "named"};
  lists["container_engines"] = {
      "docker",         "dockerd",         "docker-init",    "docker-runc",   "docker-current",
      "containerd",     "containerd-shim", "containerd-shi", "ctr",           "nerdctl",
      "runc",           "runc:[0:PARENT]", "runc:[1:CHILD]", "runc:[2:INIT]", "crun",
      "crio",           "conmon",          "podman",         "buildah",       "kubelet",
      "hyperkube",      "kata-runtime",    "runsc",          "lxc-start",     "lxd",
      "systemd-nspawn", "machinectl",      "bwrap",          "flatpak-bwrap", "nomad"};
  lists["network_plugins"] = {"calico",     "calico-node", "flanneld",  "cilium-agent",
                              "cilium-cni", "weaver",      "weave-net", "bridge",
                              "host-local", "loopback",    "portmap",   "bandwidth",
                              "multus",     "kube-proxy",  "aws-cni",   "azure-vnet"};
  lists["namespace_programs"] = {
      "nsenter",        "lsns",        "ip",          "unshare",      "systemd-udevd",
      "systemd-networ", "cgroupify",   "rtnetlink",   "snap-confine", "snap-discard-ns",
      "charon",         "openvswitch", "ovs-vswitchd"};
  lists["debuggers"] = {
      "gdb", "gdbserver", "lldb",  "lldb-server", "strace", "ltrace",          "perf",
      "rr",  "dlv",       "crash", "valgrind",    "delve",  "systemd-coredum", "apport"};
  lists["netcats"] = {"nc", "ncat", "netcat", "nc.traditional", "nc.openbsd", "socat"};
  lists["search_programs"] = {"find", "grep", "egrep",  "fgrep",   "rg",
                              "ag",   "ack",  "locate", "mlocate", "plocate"};
  lists["wiping_programs"] = {"shred",  "wipe",      "srm",      "scrub",     "mkfs",
                              "mke2fs", "mkfs.ext4", "mkfs.xfs", "blkdiscard"};
  lists["module_loaders"] = {"modprobe",      "insmod",  "kmod", "systemd-modules",
                             "systemd-udevd", "systemd", "dkms", "depmod"};
  lists["ssh_programs"] = {"ssh",        "sshd",        "sshd-session", "scp",
                           "sftp",       "sftp-server", "ssh-add",      "ssh-agent",
                           "ssh-keygen", "ssh-keyscan", "ssh-copy-id",  "git",
                           "rsync",      "ansible",     "mosh",         "autossh"};
  lists["editors"] = {"vi",   "vim",    "vim.basic", "vim.tiny",       "nvim",
                      "nano", "emacs",  "ed",        "pico",           "micro",
                      "joe",  "visudo", "crontab",   "sensible-editor"};
}

void AddFileLists(Lists& lists) {
  lists["sensitive_file_names"] = {"/etc/shadow",           "/etc/shadow-",
                                   "/etc/gshadow",          "/etc/gshadow-",
                                   "/etc/sudoers",          "/etc/pam.conf",
                                   "/etc/security/opasswd", "/etc/security/pwquality.conf",
                                   "/etc/krb5.keytab",      "/etc/ipsec.secrets",
                                   "/etc/ppp/chap-secrets", "/etc/wpa_supplicant.conf"};
  lists["sensitive_directories"] = {"/etc/sudoers.d", "/etc/pam.d", "/etc/ssl/private",
                                    "/etc/pki/tls/private", "/etc/letsencrypt/live"};
  lists["binary_directories"] = {"/bin",      "/sbin",          "/usr/bin",
                                 "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"};
  lists["library_directories"] = {
      "/boot",      "/lib",           "/lib64",           "/usr/lib",
      "/usr/lib64", "/usr/local/lib", "/usr/local/lib64", "/lib/modules"};
  lists["package_databases"] = {"/var/lib/dpkg",
                                "/var/lib/rpm",
                                "/var/lib/apt",
                                "/usr/lib/sysimage/rpm",
                                "/lib/apk/db",
                                "/var/lib/pacman",
                                "/var/lib/snapd/state.json"};
  lists["shell_config_names"] = {
      ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".inputrc",
      ".zshrc",  ".zprofile",     ".zshenv",     ".zlogin",      ".zlogout", ".cshrc",
      ".login",  ".logout",       ".tcshrc",     ".kshrc",       ".mkshrc",  "config.fish"};
  lists["shell_config_files"] = {"/etc/profile",   "/etc/bashrc",     "/etc/bash.bashrc",
                                 "/etc/csh.cshrc", "/etc/csh.login",  "/etc/zsh",
                                 "/etc/profile.d", "/etc/environment"};
  lists["history_names"] = {".bash_history", ".zsh_history", ".sh_history",     ".ash_history",
                            ".history",      ".histfile",    ".python_history", ".mysql_history",
                            ".psql_history", ".lesshst",     "fish_history"};
  lists["private_key_names"] = {"id_rsa",
                                "id_dsa",
                                "id_ecdsa",
                                "id_ed25519",
                                "identity",
                                "id_ecdsa_sk",
                                "id_ed25519_sk",
                                "ssh_host_rsa_key",
                                "ssh_host_ecdsa_key",
                                "ssh_host_ed25519_key",
                                "server.key",
                                "ca.key",
                                "tls.key",
                                "privkey.pem"};
  lists["log_names"] = {"syslog",   "messages", "auth.log", "secure",     "audit.log",
                        "kern.log", "cron.log", "mail.log", "daemon.log", "dpkg.log",
                        "boot.log", "wtmp",     "btmp",     "lastlog",    "faillog"};
  lists["devices_made_at_run_time"] = {"/dev/shm",    "/dev/pts",   "/dev/mqueue", "/dev/hugepages",
                                       "/dev/fd",     "/dev/.udev", "/dev/disk",   "/dev/input",
                                       "/dev/mapper", "/dev/null",  "/dev/tty",    "/dev/console"};
  lists["engine_sockets"] = {"/var/run/docker.sock",
                             "/run/docker.sock",
                             "/run/containerd/containerd.sock",
                             "/var/run/crio/crio.sock",
                             "/run/crio/crio.sock",
                             "/run/podman/podman.sock",
                             "/run/k3s/containerd/containerd.sock"};
  lists["kernel_settings"] = {"/proc/sys",
                              "/proc/sysrq-trigger",
                              "/sys/kernel/security",
                              "/sys/kernel/uevent_helper",
                              "/sys/module",
                              "/sys/fs/cgroup/release_agent"};
  lists["opens"] = {"open", "openat", "openat2", "creat", "open_by_handle_at"};
  lists["removals"] = {"unlink", "unlinkat", "rename", "renameat", "renameat2"};
  lists["mode_changes"] = {"chmod", "fchmod", "fchmodat"};
}

void AddMacros(Macros& macros) {
  macros["open_read"] =
      "evt.type in (opens) and evt.is_open_read=true and fd.typechar='f' and fd.num>=0";
  macros["open_write"] =
      "evt.type in (opens) and evt.is_open_write=true and fd.typechar='f' and fd.num>=0";
  macros["open_create"] =
      "evt.type in (opens) and evt.is_open_create=true and fd.typechar='f' and fd.num>=0";
  macros["spawned_program"] = "evt.type in (execve, execveat) and evt.rawres>=0";
  macros["in_container"] = "container.id exists and container.id!=host";
  macros["has_terminal"] = "proc.tty exists and proc.tty!=0";
  macros["sensitive_file"] =
      "fd.name startswith /etc and "
      "(fd.name in (sensitive_file_names) or fd.directory in (sensitive_directories))";
  macros["below_binary_directory"] = "fd.directory in (binary_directories)";
  macros["below_etc"] = "fd.name startswith /etc/";
  macros["by_package_manager"] =
      "(proc.name in (package_managers) or proc.pname in (package_managers) or "
      "proc.aname[2] in (package_managers))";
  macros["by_config_manager"] =
      "(proc.name in (config_managers) or proc.aname in (config_managers))";
  macros["by_container_engine"] =
      "(proc.name in (container_engines) or proc.pname in (container_engines) or "
      "proc.exepath startswith /opt/cni/bin)";
  macros["by_server"] = "(proc.name in (web_servers) or proc.name in (databases))";
  macros["from_server"] = "(proc.pname in (web_servers) or proc.pname in (databases))";
  macros["in_ssh_directory"] = "(fd.name contains /.ssh/ or fd.name startswith /etc/ssh/)";
  macros["private_key_pattern"] =
      "(fd.name glob '/home/*/.ssh/id_*' or fd.name glob '/etc/ssh/ssh_host_*_key' or "
      "fd.name glob '*/private/*.key' or fd.name glob '*/*-key.pem' or "
      "fd.name glob '*/.gnupg/private-keys-v1.d/*')";
  macros["cloud_credentials_pattern"] =
      "(fd.name glob '*/.aws/credentials' or fd.name glob '*/.kube/config' or "
      "fd.name glob '*/.config/gcloud/*.db' or fd.name glob '*/.azure/*Token*.json' or "
      "fd.name glob '*/.config/doctl/config.yaml' or fd.name glob '*/.terraform.d/credentials*' or "
      "fd.name glob '/var/run/secrets/*/serviceaccount/token')";
  macros["password_store_pattern"] =
      "(fd.name glob '*/.mozilla/firefox/*/logins.json' or "
      "fd.name glob '*/.mozilla/firefox/*/key4.db' or "
      "fd.name glob '*/.config/*chrom*/*/Login Data' or "
      "fd.name glob '*/.local/share/keyrings/*.keyring' or "
      "fd.name glob '*/.password-store/*.gpg' or fd.name glob '*/.git-credentials' or "
      "fd.name glob '*/.docker/config.json' or fd.name glob '*/.netrc' or "
      "fd.name glob '*/.pgpass' or fd.name glob '*/.my.cnf' or fd.name glob '*/.npmrc' or "
      "fd.name glob '*.kdbx')";
  macros["process_memory_pattern"] =
      "(fd.name glob '/proc/*/mem' or fd.name glob '/proc/*/environ' or fd.name=/proc/kcore or "
      "fd.name in (/dev/mem, /dev/kmem) or fd.name glob '/var/lib/systemd/coredump/*' or "
      "fd.name glob '*/core.[0-9]*')";
  macros["shell_config"] =
      "(fd.filename in (shell_config_names) or fd.name pmatch (shell_config_files))";
}

}  // namespace

Vocabulary BuiltinVocabulary() {
  Vocabulary vocabulary;
  AddProgramLists(vocabulary.lists);
  AddFileLists(vocabulary.lists);
  AddMacros(vocabulary.macros);
  return vocabulary;
}

}  // namespace bench::sensor
