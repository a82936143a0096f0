#include "worker/sensor/rules/builtin.h"

// Who did it: what each alert tells of the process.
#define BY_WHOM                                                                             \
  " evt_type=%evt.type user=%user.name user_uid=%user.uid user_loginuid=%user.loginuid "    \
  "process=%proc.name proc_exepath=%proc.exepath parent=%proc.pname command=%proc.cmdline " \
  "terminal=%proc.tty container_id=%container.id"
#define ANCESTORS " gparent=%proc.aname[2] ggparent=%proc.aname[3] gggparent=%proc.aname[4]"

namespace bench::sensor {
namespace {

void AddFileReadRules(std::vector<RuleText>& rules) {
  rules.push_back(
      {"Read sensitive file untrusted",
       "Warning",
       "open_read and sensitive_file and "
       "not proc.name in (login_programs, user_managers, job_runners) and "
       "not proc.name in (integrity_checkers, backup_programs) and "
       "not by_package_manager and not by_config_manager and "
       "not by_container_engine and not by_server and "
       "not proc.cmdline contains /usr/lib/update-notifier",
       "A sensitive file was opened for reading by a program that is not trusted with it "
       "| file=%fd.name" ANCESTORS BY_WHOM,
       {"maturity_stable", "host", "container", "filesystem", "mitre_credential_access", "T1555"}});
  rules.push_back(
      {"Sensitive file read by a server",
       "Warning",
       "open_read and sensitive_file and by_server and "
       "not proc.pname in (job_runners) and not proc.cmdline startswith 'nginx: master'",
       "A server opened a sensitive file | file=%fd.name" ANCESTORS BY_WHOM,
       {"host", "container", "filesystem", "mitre_credential_access", "T1555"}});
  rules.push_back({"Sensitive file read by way of its parent directories",
                   "Warning",
                   "open_read and evt.arg.name contains ../../ and sensitive_file and "
                   "not proc.name in (shells)",
                   "A path that climbs up led to a sensitive file | file=%fd.name "
                   "name=%evt.arg.name" ANCESTORS BY_WHOM,
                   {"host", "container", "filesystem", "mitre_discovery", "T1083"}});
  rules.push_back({"Private key read by an untrusted program",
                   "Notice",
                   "open_read and (fd.filename in (private_key_names) or private_key_pattern) and "
                   "not proc.name in (ssh_programs, web_servers, databases, backup_programs) and "
                   "not by_config_manager and not by_container_engine",
                   "A private key was opened | file=%fd.name" ANCESTORS BY_WHOM,
                   {"host", "container", "filesystem", "mitre_credential_access", "T1552.004"}});
  rules.push_back({"Cloud credentials read by an untrusted program",
                   "Notice",
                   "open_read and cloud_credentials_pattern and "
                   "not proc.name in (aws, kubectl, helm, gcloud, az, terraform, python3) and "
                   "not by_config_manager",
                   "Credentials of a cloud account were opened | file=%fd.name" ANCESTORS BY_WHOM,
                   {"host", "container", "filesystem", "mitre_credential_access", "T1552"}});
  rules.push_back({"Stored passwords read by an untrusted program",
                   "Notice",
                   "open_read and password_store_pattern and "
                   "not proc.name in (firefox, firefox-esr, chrome, chromium, thunderbird) and "
                   "not proc.name in (gnome-keyring-d, kwalletd5, kwalletd6, pass, gpg, gpg-agent, "
                   "git, git-credential-, mysql, psql, curl, wget, npm, docker, podman)",
                   "Passwords that a program keeps were opened | file=%fd.name" ANCESTORS BY_WHOM,
                   {"host", "container", "filesystem", "mitre_credential_access", "T1555.003"}});
  rules.push_back({"Memory or environment of a process read",
                   "Notice",
                   "open_read and process_memory_pattern and not proc.name in (debuggers) and "
                   "not proc.name in (ps, top, htop, pgrep, pkill, systemd, systemd-coredum, "
                   "crash, makedumpfile) and not proc.name in (integrity_checkers)",
                   "A process's memory or environment was opened | file=%fd.name" ANCESTORS BY_WHOM,
                   {"host", "container", "process", "mitre_credential_access", "T1003.007"}});
  rules.push_back({"SSH files read by an untrusted program",
                   "Notice",
                   "open_read and in_ssh_directory and "
                   "not proc.name in (ssh_programs, editors, backup_programs) and "
                   "not by_package_manager and not by_config_manager",
                   "A file of SSH was read | file=%fd.name" ANCESTORS BY_WHOM,
                   {"host", "container", "filesystem", "mitre_collection", "T1005"}});
}

void AddFileWriteRules(std::vector<RuleText>& rules) {
  rules.push_back(
      {"Write below binary dir",
       "Error",
       "open_write and below_binary_directory and not by_package_manager and "
       "not by_container_engine and not by_config_manager and "
       "not proc.name in (ldconfig, update-binfmts, busybox, install)",
       "A file below a directory of programs was opened for writing | file=%fd.name "
       "flags=%evt.arg.flags" ANCESTORS BY_WHOM,
       {"maturity_sandbox", "host", "container", "filesystem", "mitre_persistence", "T1543"}});
  rules.push_back(
      {"Write below library dir",
       "Error",
       "open_write and fd.name pmatch (library_directories) and "
       "not by_package_manager and not by_container_engine and "
       "not by_config_manager and not proc.name in (ldconfig, depmod, dkms, python3)",
       "A library or a file of the boot loader was opened for writing | file=%fd.name" ANCESTORS
           BY_WHOM,
       {"host", "container", "filesystem", "mitre_persistence", "T1543"}});
  rules.push_back({"Write below /etc by an untrusted program",
                   "Error",
                   "open_write and below_etc and not by_package_manager and "
                   "not by_config_manager and not by_container_engine and "
                   "not proc.name in (user_managers, login_programs, editors, job_runners) and "
                   "not proc.name in (dhclient, resolvconf, NetworkManager, ldconfig) and "
                   "not fd.name in (/etc/resolv.conf, /etc/mtab, /etc/adjtime, /etc/ld.so.cache)",
                   "A file below /etc was opened for writing | file=%fd.name" ANCESTORS BY_WHOM,
                   {"host", "container", "filesystem", "mitre_persistence", "T1098"}});
  rules.push_back({"Shell configuration changed",
                   "Warning",
                   "open_write and shell_config and not proc.name in (shells, editors) and "
                   "not by_package_manager and not by_config_manager",
                   "A shell's configuration was opened for writing | file=%fd.name" BY_WHOM,
                   {"host", "filesystem", "mitre_persistence", "T1546.004"}});
  rules.push_back({"SSH keys added to those authorized",
                   "Warning",
                   "open_write and fd.filename in (authorized_keys, authorized_keys2) and "
                   "not proc.name in (ssh_programs, editors) and not by_config_manager",
                   "The keys that may log in were changed | file=%fd.name" ANCESTORS BY_WHOM,
                   {"host", "container", "filesystem", "mitre_persistence", "T1098.004"}});
  rules.push_back({"Log file emptied",
                   "Warning",
                   "open_write and evt.arg.flags contains O_TRUNC and "
                   "(fd.directory=/var/log or fd.directory startswith /var/log/) and "
                   "fd.filename in (log_names) and not proc.name in (log_programs) and "
                   "not by_container_engine",
                   "A log was emptied | file=%fd.name flags=%evt.arg.flags" BY_WHOM,
                   {"host", "container", "filesystem", "mitre_defense_evasion", "T1070"}});
  rules.push_back(
      {"Package database changed",
       "Error",
       "open_write and fd.name pmatch (package_databases) and "
       "not by_package_manager and not by_config_manager",
       "The database of installed packages was opened for writing | file=%fd.name" BY_WHOM,
       {"host", "container", "filesystem", "mitre_persistence", "T1072"}});
  rules.push_back({"File created below /dev",
                   "Error",
                   "open_create and fd.directory startswith /dev and "
                   "not fd.name pmatch (devices_made_at_run_time) and "
                   "not proc.name in (systemd-udevd, udevadm, mdadm, lvm, dmsetup) and "
                   "not by_container_engine",
                   "An ordinary file was created below /dev | file=%fd.name" BY_WHOM,
                   {"host", "filesystem", "mitre_persistence", "T1543"}});
  rules.push_back({"Kernel setting written from a container",
                   "Critical",
                   "open_write and in_container and fd.name pmatch (kernel_settings) and "
                   "not by_container_engine",
                   "A container opened a setting of the kernel for writing | file=%fd.name" BY_WHOM,
                   {"container", "filesystem", "mitre_privilege_escalation", "T1611"}});
}

void AddNameRules(std::vector<RuleText>& rules) {
  rules.push_back({"Shell history removed",
                   "Warning",
                   "evt.type in (removals) and evt.rawres=0 and "
                   "(fs.path.name contains _history or fs.path.name contains /.history) and "
                   "not proc.name in (shells) and not by_container_engine",
                   "A shell's history was removed or renamed | path=%fs.path.name" BY_WHOM,
                   {"host", "container", "filesystem", "mitre_defense_evasion", "T1070"}});
  rules.push_back({"Link to a sensitive file",
                   "Warning",
                   "evt.type in (link, linkat, symlink, symlinkat) and evt.rawres=0 and "
                   "(fs.path.name in (sensitive_file_names) or "
                   "fs.path.name pmatch (sensitive_directories)) and not by_package_manager",
                   "A link to a sensitive file was made | path=%fs.path.name "
                   "target=%fs.path.target" BY_WHOM,
                   {"host", "container", "filesystem", "mitre_credential_access", "T1555"}});
  rules.push_back({"Set-user-id bit set",
                   "Notice",
                   "evt.type in (mode_changes) and evt.rawres=0 and "
                   "(evt.arg.mode contains S_ISUID or evt.arg.mode contains S_ISGID) and "
                   "not by_package_manager and not by_container_engine and "
                   "not proc.name in (install, tar, rsync)",
                   "A file may now run with its owner's rights | path=%fs.path.name "
                   "mode=%evt.arg.mode" BY_WHOM,
                   {"host", "container", "filesystem", "mitre_privilege_escalation", "T1548.001"}});
  rules.push_back({"Directory made below a binary dir",
                   "Notice",
                   "evt.type in (mkdir, mkdirat) and evt.rawres=0 and "
                   "fs.path.name pmatch (binary_directories) and not by_package_manager",
                   "A directory was made among programs | path=%fs.path.name" BY_WHOM,
                   {"host", "container", "filesystem", "mitre_persistence", "T1222.002"}});
}

void AddProgramRules(std::vector<RuleText>& rules) {
  rules.push_back({"Shell started by a server",
                   "Notice",
                   "spawned_program and proc.name in (shells) and from_server and "
                   "not proc.cmdline in ('sh -c uname', 'sh -c locale', 'bash -c true') and "
                   "not proc.aname in (job_runners)",
                   "A server started a shell" ANCESTORS BY_WHOM,
                   {"host", "container", "process", "mitre_execution", "T1059.004"}});
  rules.push_back(
      {"Terminal shell in a container",
       "Notice",
       "spawned_program and in_container and proc.name in (shells) and has_terminal and "
       "not proc.pname in (shell_parents)",
       "A shell with a terminal was started in a container" ANCESTORS BY_WHOM,
       {"container", "shell", "mitre_execution", "T1059"}});
  rules.push_back({"Program run from shared memory",
                   "Warning",
                   "spawned_program and (proc.exepath startswith /dev/shm/ or "
                   "proc.exe startswith /dev/shm/ or "
                   "(proc.cwd startswith /dev/shm/ and proc.exe startswith ./))",
                   "A program was started from shared memory | exe=%proc.exe" ANCESTORS BY_WHOM,
                   {"host", "container", "process", "mitre_execution", "T1059.004"}});
  rules.push_back({"Program run without a file",
                   "Critical",
                   "spawned_program and (proc.exepath startswith /memfd: or "
                   "proc.exepath startswith memfd:) and not proc.name in (runc, crun) and "
                   "not by_container_engine",
                   "A program was started from memory alone | exe=%proc.exe" ANCESTORS BY_WHOM,
                   {"host", "container", "process", "mitre_defense_evasion", "T1620"}});
  rules.push_back({"Netcat that runs commands",
                   "Warning",
                   "spawned_program and proc.name in (netcats) and "
                   "(proc.cmdline contains ' -e ' or proc.cmdline contains ' -c ' or "
                   "proc.cmdline contains --exec or proc.cmdline contains --sh-exec or "
                   "proc.cmdline contains EXEC:)",
                   "Netcat was started so that it runs commands" ANCESTORS BY_WHOM,
                   {"host", "container", "network", "process", "mitre_execution", "T1059"}});
  rules.push_back({"Search for keys or passwords",
                   "Warning",
                   "spawned_program and proc.name in (search_programs) and "
                   "(proc.args contains id_rsa or proc.args contains id_ed25519 or "
                   "proc.args contains 'BEGIN RSA PRIVATE' or "
                   "proc.args contains 'BEGIN OPENSSH PRIVATE' or proc.args contains .aws or "
                   "proc.args contains aws_secret_access_key)",
                   "Somebody looks for keys or passwords" ANCESTORS BY_WHOM,
                   {"host", "container", "process", "mitre_credential_access", "T1552.001"}});
  rules.push_back({"Data removed in bulk",
                   "Warning",
                   "spawned_program and proc.name in (wiping_programs) and "
                   "not by_config_manager and not proc.pname in (shell_parents)",
                   "A program that wipes data was started" ANCESTORS BY_WHOM,
                   {"host", "container", "process", "mitre_impact", "T1485"}});
  rules.push_back({"Package manager started in a container",
                   "Error",
                   "spawned_program and in_container and proc.name in (package_managers) and "
                   "not by_config_manager and not proc.pname in (package_managers)",
                   "A package manager was started in a container" ANCESTORS BY_WHOM,
                   {"container", "process", "software_mgmt", "mitre_persistence", "T1505"}});
}

void AddSystemRules(std::vector<RuleText>& rules) {
  rules.push_back(
      {"Change thread namespace",
       "Notice",
       "evt.type=setns and not by_container_engine and "
       "not proc.name in (network_plugins) and not proc.name in (namespace_programs) and "
       "not proc.name startswith runc: and not proc.name in (job_runners) and "
       "not proc.cmdline startswith 'containerd' and "
       "not proc.exepath startswith /usr/lib/systemd/",
       "A thread asked for another namespace | res=%evt.res" ANCESTORS BY_WHOM,
       {"maturity_incubating", "host", "container", "process", "mitre_privilege_escalation",
        "T1611"}});
  rules.push_back({"Process traced by another",
                   "Warning",
                   "evt.type=ptrace and evt.rawres>=0 and not proc.name in (debuggers) and "
                   "not proc.pname in (debuggers) and not proc.name in (container_engines)",
                   "A process is being traced" ANCESTORS BY_WHOM,
                   {"host", "container", "process", "mitre_privilege_escalation", "T1055.008"}});
  rules.push_back({"Kernel module loaded",
                   "Critical",
                   "evt.type in (init_module, finit_module) and evt.rawres=0 and "
                   "(in_container or not proc.name in (module_loaders))",
                   "A module was loaded into the kernel" ANCESTORS BY_WHOM,
                   {"host", "container", "process", "mitre_persistence", "T1547.006"}});
  rules.push_back({"File system mounted in a container",
                   "Notice",
                   "evt.type=mount and evt.rawres=0 and in_container and not by_container_engine",
                   "A container mounted a file system | source=%fs.path.name "
                   "target=%fs.path.target" BY_WHOM,
                   {"container", "process", "mitre_privilege_escalation", "T1611"}});
  rules.push_back(
      {"Standard stream turned into a connection",
       "Notice",
       "evt.type in (dup, dup2, dup3) and evt.rawres in (0, 1, 2) and "
       "fd.typechar in ('4', '6') and not proc.name in (sshd, inetd, xinetd, socat) and "
       "not by_container_engine",
       "Standard input or output is a network connection now | connection=%fd.name "
       "fd=%fd.num" ANCESTORS BY_WHOM,
       {"host", "container", "network", "process", "mitre_execution", "T1059"}});
  rules.push_back({"Cloud metadata asked for from a container",
                   "Notice",
                   "evt.type=connect and in_container and fd.sip=169.254.169.254 and "
                   "not proc.name in (config_managers)",
                   "A container connects to the metadata of its cloud | connection=%fd.name "
                   "port=%fd.sport" BY_WHOM,
                   {"container", "network", "mitre_discovery", "T1565"}});
  rules.push_back(
      {"Container engine's socket used by an untrusted program",
       "Warning",
       "evt.type=connect and fd.typechar='u' and fd.name in (engine_sockets) and "
       "not by_container_engine and not proc.name in (docker-compose, prometheus, telegraf)",
       "A program talks to the container engine | socket=%fd.name" ANCESTORS BY_WHOM,
       {"host", "container", "network", "mitre_privilege_escalation", "T1611"}});
}

}  // namespace

std::vector<RuleText> BuiltinRules() {
  std::vector<RuleText> rules;
  AddFileReadRules(rules);
  AddFileWriteRules(rules);
  AddNameRules(rules);
  AddProgramRules(rules);
  AddSystemRules(rules);
  return rules;
}

}  // namespace bench::sensor
