#include "worker/host/host_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <filesystem>

#include "common/os/files.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class HostFactsTest : public ::testing::Test {
 protected:
  void Put(const std::string& path, const std::string& content) {
    const fs::path full = dir_.path() + path;
    fs::create_directories(full.parent_path());
    ASSERT_TRUE(WriteFile(full.string(), content).ok());
  }
  TempDir dir_;
};

TEST_F(HostFactsTest, ReadsAFakeHost) {
  Put("/proc/sys/kernel/hostname", "node-7\n");
  Put("/proc/sys/kernel/osrelease", "5.10.0-28-amd64\n");
  Put("/proc/sys/kernel/unprivileged_bpf_disabled", "2\n");
  Put("/proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD EPYC 7R13\nflags\t\t: fpu sse4_1 ht\n");
  Put("/proc/meminfo", "MemTotal:       16303284 kB\nMemFree:  1 kB\n");
  Put("/proc/loadavg", "1.25 0.50 0.10 2/345 6789\n");
  Put("/proc/self/status", "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t2-7\n");
  Put("/sys/devices/system/cpu/online", "0-3\n");
  Put("/sys/devices/system/cpu/smt/active", "1\n");
  for (const char* cpu : {"0", "1", "2", "3"}) {
    Put(std::string("/sys/devices/system/cpu/cpu") + cpu + "/cpufreq/scaling_governor",
        "powersave\n");
  }
  Put("/sys/kernel/btf/vmlinux", "");
  HostFacts facts = ReadHostFacts(dir_.path());
  EXPECT_EQ(facts.hostname, "node-7");
  EXPECT_EQ(facts.kernel_release, "5.10.0-28-amd64");
  EXPECT_EQ(facts.unprivileged_bpf_disabled, 2);
  EXPECT_EQ(facts.cpu_model, "AMD EPYC 7R13");
  EXPECT_THAT(facts.online_cpus, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(facts.allowed_cpus, ElementsAre(2, 3));
  EXPECT_EQ(facts.memory_bytes, int64_t{16303284} * 1024);
  EXPECT_EQ(facts.virtualization, "none");
  EXPECT_EQ(facts.governor, "powersave");
  EXPECT_TRUE(facts.smt_active);
  EXPECT_TRUE(facts.btf_present);
  EXPECT_DOUBLE_EQ(facts.load_average_1min, 1.25);
}

TEST_F(HostFactsTest, AnEmptyRootGivesUnknowns) {
  HostFacts facts = ReadHostFacts(dir_.path());
  EXPECT_EQ(facts.hostname, "");
  EXPECT_THAT(facts.online_cpus, IsEmpty());
  EXPECT_EQ(facts.memory_bytes, 0);
  EXPECT_EQ(facts.virtualization, "none");
  EXPECT_EQ(facts.governor, "unknown");
  EXPECT_FALSE(facts.btf_present);
  EXPECT_FALSE(facts.unprivileged_bpf_disabled.has_value());
}

TEST_F(HostFactsTest, GovernorsThatDifferAreMixed) {
  Put("/sys/devices/system/cpu/online", "0-1\n");
  Put("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
  Put("/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n");
  EXPECT_EQ(ReadHostFacts(dir_.path()).governor, "mixed");
}

TEST(HostFacts, ReadsThisHost) {
  HostFacts facts = ReadHostFacts();
  EXPECT_THAT(facts.hostname, Not(IsEmpty()));
  EXPECT_GT(facts.memory_bytes, 0);
  EXPECT_THAT(facts.online_cpus, Not(IsEmpty()));
  cpu_set_t mask;
  ASSERT_EQ(sched_getaffinity(0, sizeof mask, &mask), 0);
  EXPECT_EQ(facts.allowed_cpus.size(), static_cast<size_t>(CPU_COUNT(&mask)));
}

TEST(CpuList, ReadsRangesAndSkipsNonsense) {
  EXPECT_THAT(ParseCpuList("0-2,5\n"), ElementsAre(0, 1, 2, 5));
  EXPECT_THAT(ParseCpuList("3,1-2,2"), ElementsAre(1, 2, 3));
  EXPECT_THAT(ParseCpuList(""), IsEmpty());
  EXPECT_THAT(ParseCpuList("x,2-1,1-2-3,-4,0-99999999,7"), ElementsAre(7));
}

TEST(CpuModel, KnowsX86AndArm) {
  EXPECT_EQ(CpuModel("processor : 0\nmodel\t: 17\nmodel name\t: Intel(R) Xeon(R)\n"),
            "Intel(R) Xeon(R)");
  EXPECT_EQ(CpuModel("processor : 0\nCPU implementer : 0x41\nCPU part : 0xd0c\n"),
            "ARM implementer 0x41 part 0xd0c");
  EXPECT_EQ(CpuModel(""), "");
}

TEST(Virtualization, IsDecidedByTheHypervisorsOwnSigns) {
  const char* vm = "flags\t\t: fpu hypervisor lahf_lm\n";
  const char* metal = "flags\t\t: fpu lahf_lm\n";
  const char* arm = "CPU implementer : 0x41\n";
  EXPECT_EQ(NameVirtualization(vm, "", "", ""), "vm");
  EXPECT_EQ(NameVirtualization(metal, "", "", ""), "none");
  EXPECT_EQ(NameVirtualization(vm, "xen", "Xen", "HVM domU"), "xen");
  EXPECT_EQ(NameVirtualization(vm, "", "QEMU", "KVM"), "kvm");
  EXPECT_EQ(NameVirtualization(vm, "", "VMware, Inc.", "VMware7,1"), "vmware");
  EXPECT_EQ(NameVirtualization(vm, "", "Microsoft Corporation", "Virtual Machine"), "hyperv");
  EXPECT_EQ(NameVirtualization(vm, "", "Amazon EC2", "m5.large"), "amazon");
  // Bare metal that a cloud rents out.
  EXPECT_EQ(NameVirtualization(metal, "", "Amazon EC2", "m5.metal"), "none");
  EXPECT_EQ(NameVirtualization(arm, "", "Amazon EC2", "c7g.metal"), "none");
  EXPECT_EQ(NameVirtualization(arm, "", "Amazon EC2", "c7g.large"), "amazon");
  EXPECT_EQ(NameVirtualization(metal, "", "Microsoft Corporation", "Surface Book"), "none");
}

TEST(KernelAtLeast, ComparesNumbersNotText) {
  EXPECT_TRUE(KernelAtLeast("5.11.0-rc1", 5, 11));
  EXPECT_TRUE(KernelAtLeast("5.100.3", 5, 11));
  EXPECT_TRUE(KernelAtLeast("6.1.0-18-amd64", 5, 11));
  EXPECT_TRUE(KernelAtLeast("6.1+", 6, 1));
  EXPECT_FALSE(KernelAtLeast("5.9.16", 5, 11));
  EXPECT_FALSE(KernelAtLeast("4.19.0", 5, 11));
  EXPECT_FALSE(KernelAtLeast("", 5, 11));
  EXPECT_FALSE(KernelAtLeast("six", 5, 11));
}

}  // namespace
}  // namespace bench
