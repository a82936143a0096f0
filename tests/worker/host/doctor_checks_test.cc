#include "worker/host/doctor_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>

#include <filesystem>

#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Status = DoctorCheck::Status;

constexpr uint64_t kAllCapabilities = (uint64_t{1} << 41) - 1;

uint64_t Without(std::initializer_list<int> capabilities) {
  uint64_t mask = kAllCapabilities;
  for (int capability : capabilities) mask &= ~(uint64_t{1} << capability);
  return mask;
}

// A host on which everything is right.
DoctorFacts GoodFacts() {
  DoctorFacts facts;
  facts.host = {.hostname = "node",
                .kernel_release = "6.1.0-18-amd64",
                .cpu_model = "EPYC",
                .online_cpus = {0, 1, 2, 3},
                .allowed_cpus = {0, 1, 2, 3},
                .memory_bytes = int64_t{8} << 30,
                .virtualization = "none",
                .governor = "performance",
                .btf_present = true,
                .load_average_1min = 0.2};
  facts.effective_capabilities = kAllCapabilities;
  facts.memlock_bytes = 8 << 20;
  facts.cgroups = CgroupMounts{.version = 2, .unified = "/sys/fs/cgroup"};
  facts.falco = FalcoBinary{.path = "/usr/bin/falco", .version = "0.44.1"};
  facts.programs_dir = "/opt/bench";
  facts.state_dir = {.path = "/var/lib/falco-bench", .free_bytes = int64_t{10} << 30};
  facts.database = {.path = "/root/bench.db", .free_bytes = int64_t{10} << 30};
  return facts;
}

DoctorCheck Check(const DoctorFacts& facts, const std::string& id) {
  for (DoctorCheck& check : DecideChecks(facts)) {
    if (check.id == id) return check;
  }
  ADD_FAILURE() << "no check " << id;
  return {};
}

TEST(Doctor, PassesAGoodHostWithEveryCheckInOrder) {
  std::vector<std::string> ids;
  for (const DoctorCheck& check : DecideChecks(GoodFacts())) {
    ids.push_back(check.id);
    EXPECT_EQ(check.status, Status::kPass) << check.id << ": " << check.finding;
    EXPECT_EQ(check.mend, "") << check.id;
    EXPECT_THAT(check.title, Not(IsEmpty()));
    EXPECT_THAT(check.finding, Not(IsEmpty())) << check.id;
  }
  EXPECT_THAT(ids,
              ElementsAre("privileges", "bpf", "btf", "memlock", "tracepoints", "cgroups", "falco",
                          "falco_config", "falco_running", "falco_attach", "falco_cpus", "programs",
                          "cpus", "governor", "load", "leftovers", "state_dir", "database"));
}

TEST(Doctor, GivesAMendWithWhateverDoesNotPass) {
  DoctorFacts bad;  // nothing is known, nothing works
  bad.bpf.map = bad.bpf.ring = bad.bpf.program = bad.bpf.tracepoint =
      absl::PermissionDeniedError("no");
  bad.cgroups = absl::FailedPreconditionError("none");
  bad.falco = absl::NotFoundError("none");
  bad.running_falcos = {{.pid = 12}};
  bad.missing_programs = {"bench-sensor", "bench-generator"};
  bad.state_contents.leftovers = {"the file /bin/falco-bench-x"};
  bad.state_dir.writable = absl::PermissionDeniedError("no");
  bad.database = bad.state_dir;
  bad.database.path = "/x";
  for (const DoctorCheck& check : DecideChecks(bad)) {
    if (check.status == Status::kPass) continue;
    EXPECT_THAT(check.mend, Not(IsEmpty())) << check.id;
  }
}

TEST(Doctor, PrivilegesFailsWithoutBpfAndNamesWhatIsLacking) {
  DoctorFacts facts = GoodFacts();
  facts.effective_uid = 1000;
  facts.effective_capabilities = 0;
  DoctorCheck check = Check(facts, "privileges");
  EXPECT_EQ(check.status, Status::kFail);
  EXPECT_THAT(check.finding, AllOf(HasSubstr("user 1000"),
                                   HasSubstr("no CAP_BPF (needed), no CAP_PERFMON (needed)")));
  EXPECT_THAT(check.mend, HasSubstr("sudo"));

  facts.effective_capabilities = Without({CAP_PERFMON, CAP_SYS_ADMIN});
  EXPECT_THAT(Check(facts, "privileges").finding,
              AllOf(HasSubstr("CAP_PERFMON"), Not(HasSubstr("CAP_BPF"))));
}

TEST(Doctor, PrivilegesTakesSysAdminForBpf) {
  DoctorFacts facts = GoodFacts();
  facts.effective_capabilities = Without({CAP_BPF, CAP_PERFMON});
  EXPECT_EQ(Check(facts, "privileges").status, Status::kPass);
}

TEST(Doctor, PrivilegesWarnsOfWhatOnlySomeThingsNeed) {
  DoctorFacts facts = GoodFacts();
  facts.effective_capabilities = Without({CAP_SYS_RESOURCE});
  EXPECT_EQ(Check(facts, "privileges").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "privileges").finding, HasSubstr("CAP_SYS_RESOURCE"));
  EXPECT_THAT(Check(facts, "privileges").mend, HasSubstr("--cap-add SYS_RESOURCE"));
  facts.effective_capabilities = Without({CAP_SYS_NICE});
  EXPECT_EQ(Check(facts, "privileges").status, DoctorCheck::Status::kWarn);
  EXPECT_THAT(Check(facts, "privileges").finding, HasSubstr("stalls of the host"));

  facts.effective_capabilities = Without({CAP_SYS_ADMIN});
  EXPECT_THAT(Check(facts, "privileges").finding, HasSubstr("ChangeThreadNamespace"));
}

TEST(Doctor, BpfFailsAtTheStepThatFailed) {
  DoctorFacts facts = GoodFacts();
  facts.bpf.ring = absl::InvalidArgumentError("making a BPF ring buffer: Invalid argument");
  EXPECT_EQ(Check(facts, "bpf").status, Status::kFail);
  EXPECT_THAT(Check(facts, "bpf").mend, HasSubstr("5.8"));
  facts.bpf.map = absl::PermissionDeniedError("making a BPF map: Operation not permitted");
  EXPECT_THAT(Check(facts, "bpf").finding, HasSubstr("not permitted"));
  EXPECT_THAT(Check(facts, "bpf").mend, HasSubstr("root"));
  facts = GoodFacts();
  facts.bpf.program = absl::PermissionDeniedError("loading a BPF program: Operation not permitted");
  EXPECT_EQ(Check(facts, "bpf").status, Status::kFail);
}

TEST(Doctor, BtfFailsWhereItIsMissing) {
  DoctorFacts facts = GoodFacts();
  facts.host.btf_present = false;
  EXPECT_EQ(Check(facts, "btf").status, Status::kFail);
  EXPECT_THAT(Check(facts, "btf").mend, HasSubstr("CONFIG_DEBUG_INFO_BTF"));
}

TEST(Doctor, MemlockMattersWithoutSysResource) {
  DoctorFacts facts = GoodFacts();
  facts.effective_capabilities = Without({CAP_SYS_RESOURCE});
  EXPECT_EQ(Check(facts, "memlock").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "memlock").finding, HasSubstr("8Mi"));
  facts.host.kernel_release = "5.10.0-28-amd64";
  EXPECT_EQ(Check(facts, "memlock").status, Status::kFail);
  EXPECT_THAT(Check(facts, "memlock").mend, HasSubstr("ulimit -l unlimited"));
  facts.memlock_bytes = int64_t{128} << 20;
  EXPECT_EQ(Check(facts, "memlock").status, Status::kWarn);
  facts.memlock_bytes = INT64_MAX;
  EXPECT_EQ(Check(facts, "memlock").status, Status::kPass);
}

TEST(Doctor, TracepointsPointsToBpfWhenThatIsTheCause) {
  DoctorFacts facts = GoodFacts();
  facts.bpf.tracepoint = absl::NotFoundError("attaching to the raw tracepoint: No such file");
  EXPECT_EQ(Check(facts, "tracepoints").status, Status::kFail);
  EXPECT_THAT(Check(facts, "tracepoints").mend, HasSubstr("CONFIG_FTRACE_SYSCALLS"));
  facts.bpf.program = absl::PermissionDeniedError("no");
  EXPECT_THAT(Check(facts, "tracepoints").mend, HasSubstr("\"bpf\" first"));
}

TEST(Doctor, CgroupsTellsVersionAndWhatFailed) {
  DoctorFacts facts = GoodFacts();
  EXPECT_THAT(Check(facts, "cgroups").finding, HasSubstr("v2 at /sys/fs/cgroup"));
  facts.cgroups = CgroupMounts{.version = 1, .cpu = "/cg/cpu", .cpuacct = "/a", .memory = "/cg/m"};
  EXPECT_THAT(Check(facts, "cgroups").finding,
              HasSubstr("v1 with cpu at /cg/cpu, memory at /cg/m"));
  facts.cgroup_made = absl::PermissionDeniedError("making the control group: Permission denied");
  EXPECT_EQ(Check(facts, "cgroups").status, Status::kFail);
  EXPECT_THAT(Check(facts, "cgroups").finding, HasSubstr("Permission denied"));
  facts.cgroups = absl::FailedPreconditionError("no control groups to set limits with");
  EXPECT_EQ(Check(facts, "cgroups").status, Status::kFail);
  EXPECT_THAT(Check(facts, "cgroups").mend, HasSubstr("mount -t cgroup2"));
}

TEST(Doctor, FalcoMissingIsAWarningUnlessItWasNamed) {
  DoctorFacts facts = GoodFacts();
  EXPECT_EQ(Check(facts, "falco").finding, "/usr/bin/falco 0.44.1");
  facts.falco = absl::NotFoundError("there is no falco");
  EXPECT_EQ(Check(facts, "falco").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "falco").finding, HasSubstr("reference sensor"));
  facts.falco_bin = "/opt/falco";
  EXPECT_EQ(Check(facts, "falco").status, Status::kFail);
  facts.falco_bin = "";
  facts.falco = absl::FailedPreconditionError("it does not run");
  EXPECT_EQ(Check(facts, "falco").status, Status::kFail);
}

TEST(Doctor, AnotherFalcoFailsWithItsPidAndHowToStopIt) {
  DoctorFacts facts = GoodFacts();
  facts.running_falcos = {{.pid = 321, .unit = "falco-modern-bpf.service"}};
  facts.attaching = absl::PermissionDeniedError("it is not to be trusted");
  DoctorCheck check = Check(facts, "falco_running");
  EXPECT_EQ(check.status, Status::kFail);
  EXPECT_THAT(check.finding, HasSubstr("321 (falco-modern-bpf.service)"));
  EXPECT_EQ(check.mend, "systemctl stop falco-modern-bpf.service");
  facts.running_falcos = {{.pid = 321, .container = std::string(64, 'b')}};
  EXPECT_THAT(Check(facts, "falco_running").finding, HasSubstr("container bbbbbbbbbbbb"));
  facts.running_falcos = {{.pid = 321, .of_benchmark = true}};
  EXPECT_EQ(Check(facts, "falco_running").status, Status::kPass);
}

TEST(Doctor, AFalcoThatCanBeAttachedToIsOnlyWarnedOf) {
  DoctorFacts facts = GoodFacts();
  facts.running_falcos = {{.pid = 321}};
  EXPECT_EQ(Check(facts, "falco_running").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "falco_running").mend,
              AllOf(HasSubstr("--sensor attach"), HasSubstr("kill 321")));
  facts.running_falcos.push_back({.pid = 322});
  EXPECT_EQ(Check(facts, "falco_running").status, Status::kFail);
  EXPECT_EQ(Check(facts, "falco_attach").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "falco_attach").finding, HasSubstr("2 Falcos run"));
}

TEST(Doctor, ProgramsNamesWhatIsMissing) {
  DoctorFacts facts = GoodFacts();
  facts.missing_programs = {"bench-generator"};
  EXPECT_EQ(Check(facts, "programs").status, Status::kFail);
  EXPECT_THAT(Check(facts, "programs").finding, HasSubstr("bench-generator is missing in /opt"));
}

TEST(Doctor, OneCpuIsAWarning) {
  DoctorFacts facts = GoodFacts();
  facts.host.allowed_cpus = {3};
  EXPECT_EQ(Check(facts, "cpus").status, Status::kWarn);
  facts.host.allowed_cpus = {2, 3};
  EXPECT_EQ(Check(facts, "cpus").status, Status::kPass);
  EXPECT_THAT(Check(facts, "cpus").finding, HasSubstr("2 of 4 online CPUs"));
}

TEST(Doctor, OnlyAGovernorThatScalesIsAWarning) {
  DoctorFacts facts = GoodFacts();
  for (const char* governor : {"powersave", "schedutil", "mixed"}) {
    facts.host.governor = governor;
    EXPECT_EQ(Check(facts, "governor").status, Status::kWarn) << governor;
    EXPECT_THAT(Check(facts, "governor").mend, HasSubstr("scaling_governor"));
  }
  facts.host.governor = "unknown";
  EXPECT_EQ(Check(facts, "governor").status, Status::kPass);
}

TEST(Doctor, LoadIsJudgedPerCpu) {
  DoctorFacts facts = GoodFacts();
  facts.host.load_average_1min = 1.1;
  EXPECT_EQ(Check(facts, "load").status, Status::kPass);
  facts.host.load_average_1min = 1.3;
  EXPECT_EQ(Check(facts, "load").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "load").finding, HasSubstr("1.30 on 4 CPUs"));
}

TEST(Doctor, LeftoversAreAWarningAndABenchmarkInProgressToo) {
  DoctorFacts facts = GoodFacts();
  facts.state_contents.leftovers = {"a1", "a2", "a3", "a4", "a5"};
  EXPECT_EQ(Check(facts, "leftovers").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "leftovers").finding, HasSubstr("a1, a2, a3 and 2 more"));
  facts.state_contents = {.held_by = 77};
  EXPECT_THAT(Check(facts, "leftovers").mend, HasSubstr("kill 77"));
}

TEST(Doctor, GroupsWithoutAJournalHereAreNamed) {
  DoctorFacts facts = GoodFacts();
  facts.orphan_groups = {"/sys/fs/cgroup/cpu/falco-bench-r1"};
  EXPECT_EQ(Check(facts, "leftovers").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "leftovers").mend, HasSubstr("rmdir /sys/fs/cgroup/cpu/falco-bench-r1"));
}

TEST(Doctor, WhatFalcosConfigurationLacksIsSaidWithTheLines) {
  DoctorFacts facts = GoodFacts();
  EXPECT_EQ(Check(facts, "falco_config").status, Status::kPass);
  facts.falco_faults = std::vector<ConfigFault>{
      {"output_queue", false, "its queue is unbounded", "outputs_queue: {capacity: 1}"},
      {"priority", false, "it hides alerts", "priority: notice"}};
  EXPECT_EQ(Check(facts, "falco_config").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "falco_config").finding,
              HasSubstr("its queue is unbounded; it hides alerts"));
  EXPECT_THAT(Check(facts, "falco_config").mend,
              HasSubstr("outputs_queue: {capacity: 1}; priority"));
  facts.falco_faults->push_back({"alerts", false, "its alerts are no JSON", "json_output: true",
                                 /*overridden=*/true});
  EXPECT_THAT(Check(facts, "falco_config").finding,
              HasSubstr("`--sensor attach`, which overrides nothing, would meet: its alerts"));
  EXPECT_THAT(Check(facts, "falco_config").mend, HasSubstr("`--sensor attach`: json_output"));
  facts.falco_faults->erase(facts.falco_faults->begin(), facts.falco_faults->begin() + 2);
  EXPECT_EQ(Check(facts, "falco_config").status, Status::kPass);
  EXPECT_THAT(Check(facts, "falco_config").finding, HasSubstr("its alerts are no JSON"));
  facts.falco_faults = absl::InvalidArgumentError("falco.yaml, line 3: bad");
  EXPECT_EQ(Check(facts, "falco_config").status, Status::kFail);
  EXPECT_THAT(Check(facts, "falco_config").mend, HasSubstr("--falco-config"));
  facts.falco = absl::NotFoundError("none");
  EXPECT_EQ(Check(facts, "falco_config").status, Status::kPass);
}

TEST(Doctor, SaysWhetherTheRunningFalcoCanBeAttachedTo) {
  DoctorFacts facts = GoodFacts();
  EXPECT_EQ(Check(facts, "falco_attach").status, Status::kPass);
  facts.running_falcos = {{.pid = 7}};
  EXPECT_THAT(Check(facts, "falco_attach").finding, HasSubstr("--sensor attach"));
  facts.attaching = AttachOutlook{.reads = "counters are read from its file /m"};
  EXPECT_EQ(Check(facts, "falco_attach").status, Status::kPass);
  EXPECT_THAT(Check(facts, "falco_attach").finding, HasSubstr("its file /m"));
  facts.attaching->others_note = "its control group also holds 900 falcoctl";
  EXPECT_EQ(Check(facts, "falco_attach").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "falco_attach").finding, HasSubstr("; its control group also holds"));
  EXPECT_THAT(Check(facts, "falco_attach").mend, HasSubstr("a control group of its own"));
  facts.attaching->faults = {{"counters", true, "it tells no counters", "metrics: {}"}};
  EXPECT_EQ(Check(facts, "falco_attach").status, Status::kWarn);
  EXPECT_THAT(Check(facts, "falco_attach").finding, HasSubstr("can't be measured"));
  EXPECT_EQ(Check(facts, "falco_attach").mend, "metrics: {}");
}

TEST(Doctor, AFalcoThatIsConfinedToTheGeneratorsCpusIsWarnedOf) {
  DoctorFacts facts = GoodFacts();
  facts.running_falcos = {{.pid = 812, .unit = "falco.service"}};
  facts.falco_cpus = {1, 2};
  const DoctorCheck check = Check(facts, "falco_cpus");
  EXPECT_EQ(check.status, Status::kWarn);
  EXPECT_THAT(check.finding,
              AllOf(HasSubstr("may use CPUs 1-2 only"),
                    HasSubstr("under a CPU limit of 1 the load generator is put on CPUs 1-3")));
  EXPECT_THAT(check.mend, AllOf(HasSubstr("AllowedCPUs= out of falco.service"),
                                HasSubstr("taskset -apc 0-3 812")));
  facts.running_falcos[0].unit.clear();
  EXPECT_THAT(Check(facts, "falco_cpus").mend, HasSubstr("taskset -apc 0-3 812"));
  facts.running_falcos[0].container = std::string(64, 'a');
  EXPECT_THAT(Check(facts, "falco_cpus").mend,
              HasSubstr("docker update --cpuset-cpus 0-3 aaaaaaaaaaaa "));

  facts.falco_cpus = {0, 3};  // one to itself under a limit of 1, but not two under one of 2
  EXPECT_THAT(Check(facts, "falco_cpus").finding, HasSubstr("under a CPU limit of 2"));
}

TEST(Doctor, AFalcoWithCpusToItselfIsNotWarnedOf) {
  DoctorFacts facts = GoodFacts();
  facts.running_falcos = {{.pid = 812}};
  for (const std::vector<int>& cpus :
       {std::vector<int>{}, {0, 1, 2, 3}, {0, 1, 2, 3, 4, 5, 6, 7}, {0}, {0, 1}, {0, 1, 2}}) {
    facts.falco_cpus = cpus;
    EXPECT_EQ(Check(facts, "falco_cpus").status, Status::kPass)
        << Check(facts, "falco_cpus").finding;
  }
  facts.falco_cpus = {1};
  facts.host.allowed_cpus = {2, 3};  // the benchmark's own are others
  EXPECT_EQ(Check(facts, "falco_cpus").status, Status::kPass);
  facts.host.allowed_cpus = {1};  // too few for both: nobody is pinned, and `cpus` says so
  EXPECT_EQ(Check(facts, "falco_cpus").status, Status::kPass);
  facts.host.allowed_cpus = {0, 1, 2, 3};
  facts.running_falcos.push_back({.pid = 900, .of_benchmark = true});
  EXPECT_EQ(Check(facts, "falco_cpus").status, Status::kWarn);
  facts.running_falcos.push_back({.pid = 901});  // neither can be attached to
  EXPECT_EQ(Check(facts, "falco_cpus").status, Status::kPass);
}

TEST(Doctor, PlacesMustBeWritableWithRoomLeft) {
  DoctorFacts facts = GoodFacts();
  facts.state_dir.writable = absl::PermissionDeniedError("writing below /var: Permission denied");
  EXPECT_EQ(Check(facts, "state_dir").status, Status::kFail);
  EXPECT_THAT(Check(facts, "state_dir").mend, HasSubstr("--state-dir"));
  facts.database.free_bytes = 100 << 20;
  EXPECT_EQ(Check(facts, "database").status, Status::kWarn);
  facts.database.free_bytes = 0;
  EXPECT_EQ(Check(facts, "database").status, Status::kFail);
  EXPECT_THAT(Check(facts, "database").mend, HasSubstr("--db"));
}

TEST(Doctor, LeavesTheDatabaseOutWhereThereIsNone) {
  DoctorFacts facts = GoodFacts();
  facts.database = {};
  for (const DoctorCheck& check : DecideChecks(facts)) EXPECT_NE(check.id, "database");
}

TEST(DoctorFacts, ReadsEffectiveCapabilities) {
  EXPECT_EQ(ParseEffectiveCapabilities("Name:\tx\nCapPrm:\tffff\nCapEff:\t000001fffeffffff\n"),
            0x1fffeffffffu);
  EXPECT_EQ(ParseEffectiveCapabilities(""), 0u);
  EXPECT_EQ(ParseEffectiveCapabilities("CapEff:\tzz\n"), 0u);
}

TEST(DoctorFacts, APlaceNeedNotExistToBeWritable) {
  TempDir dir;
  WritablePlace place = CheckWritable(dir / "a/b/c");
  EXPECT_TRUE(place.writable.ok()) << place.writable;
  EXPECT_GT(place.free_bytes, 0);
  EXPECT_FALSE(std::filesystem::exists(dir / "a"));
  EXPECT_FALSE(CheckWritable("/proc/sys/nowhere/state").writable.ok());
  EXPECT_FALSE(CheckWritable("/etc/passwd/state").writable.ok());
}

}  // namespace
}  // namespace bench
