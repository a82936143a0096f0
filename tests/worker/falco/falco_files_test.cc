#include "worker/falco/falco_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/fakes/temp_dir.h"
#include "worker/falco/config_source.h"
#include "worker/falco/sha256.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FalcoFilesTest : public ::testing::Test {
 protected:
  // A main configuration with these rules entries and a config.d beside it.
  void Main(const std::string& rules_files) {
    dir_.Write("falco.yaml",
               absl::StrCat("config_files: [", dir_ / "config.d", "]\n", rules_files, "\n"));
  }
  void Rules(const std::string& name) { dir_.Write(name, "- rule: " + name + "\n"); }
  FalcoFiles Files(int minor = 44) {
    FalcoVersion version;
    version.minor = minor;
    auto merged = Merged("falco.yaml", version);
    EXPECT_TRUE(merged.ok()) << merged.status();
    return merged.ok() ? ListFalcoFiles(*merged, {.rules = rules_}, version, /*root=*/"")
                       : FalcoFiles();
  }
  absl::StatusOr<MergedConfig> Merged(const std::string& name, const FalcoVersion& version) {
    return MergeConfig({.config = dir_ / name}, version, ReadFilesBelow(/*root=*/""));
  }
  std::string At(const std::string& name) { return dir_ / name; }

  TempDir dir_;
  std::vector<std::string> rules_;  // of the command line
};

TEST_F(FalcoFilesTest, AreThoseOfTheMainFileInItsOrder) {
  Main(absl::StrCat("rules_files: [", At("z.yaml"), ", ", At("rules.d"), ", ", At("none.yaml"),
                    "]"));
  for (const char* name : {"z.yaml", "rules.d/2.yml", "rules.d/1.yaml"}) Rules(name);
  EXPECT_THAT(Files().config, ElementsAre(At("falco.yaml")));
  EXPECT_THAT(Files().rules, ElementsAre(At("z.yaml"), At("rules.d/1.yaml"), At("rules.d/2.yml")));
}

TEST_F(FalcoFilesTest, AnIncludedListIsAppendedSince041AndReplacedBefore) {
  Main("rules_files: [" + At("a.yaml") + "]");
  dir_.Write("config.d/20.yaml", "json_output: true\n");
  dir_.Write("config.d/10.yaml", "rules_files: [" + At("b.yaml") + "]\n");
  Rules("a.yaml");
  Rules("b.yaml");
  EXPECT_THAT(Files().config,
              ElementsAre(At("falco.yaml"), At("config.d/10.yaml"), At("config.d/20.yaml")));
  EXPECT_THAT(Files(41).rules, ElementsAre(At("a.yaml"), At("b.yaml")));
  EXPECT_THAT(Files(40).rules, ElementsAre(At("b.yaml")));
}

TEST_F(FalcoFilesTest, AStrategySaysHowAnIncludedListCounts) {
  for (const char* name : {"a.yaml", "b.yaml"}) Rules(name);
  dir_.Write("more.yaml", "rules_files: [" + At("b.yaml") + "]\n");
  auto with = [this](const char* strategy, bool main_has_some) {
    dir_.Write(
        "falco.yaml",
        absl::StrCat("config_files:\n  - path: ", At("more.yaml"), "\n    strategy: ", strategy,
                     "\n", main_has_some ? "rules_files: [" + At("a.yaml") + "]\n" : ""));
    return Files().rules;
  };
  EXPECT_THAT(with("append", true), ElementsAre(At("a.yaml"), At("b.yaml")));
  EXPECT_THAT(with("override", true), ElementsAre(At("b.yaml")));
  EXPECT_THAT(with("add-only", true), ElementsAre(At("a.yaml")));
  EXPECT_THAT(with("add-only", false), ElementsAre(At("b.yaml")));
}

TEST_F(FalcoFilesTest, TheOldKeyIsUnderstood) {
  Main("rules_file: " + At("a.yaml"));
  Rules("a.yaml");
  EXPECT_THAT(Files().rules, ElementsAre(At("a.yaml")));
}

TEST_F(FalcoFilesTest, RulesOfTheCommandLineTakeThePlaceOfTheConfigured) {
  Main("rules_files: [" + At("a.yaml") + "]");
  for (const char* name : {"a.yaml", "b.yaml"}) Rules(name);
  rules_ = {At("b.yaml")};
  EXPECT_THAT(Files().rules, ElementsAre(At("b.yaml")));
}

TEST_F(FalcoFilesTest, OnlyYamlIsLoadedSince041) {
  Main("rules_files: [" + At("rules.d") + "]");
  Rules("rules.d/a.yaml");
  Rules("rules.d/b.yaml.bak");
  EXPECT_THAT(Files(44).rules, ElementsAre(At("rules.d/a.yaml")));
  EXPECT_THAT(Files(40).rules, ElementsAre(At("rules.d/a.yaml"), At("rules.d/b.yaml.bak")));
}

TEST_F(FalcoFilesTest, AFileThatIsNoYamlIsNamed) {
  Main("rules_files: []");
  dir_.Write("config.d/bad.yaml", "a: [1\n");
  auto merged = Merged("falco.yaml", {.minor = 44});
  EXPECT_EQ(merged.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(merged.status().message()), HasSubstr(At("config.d/bad.yaml")));
  EXPECT_FALSE(Merged("none.yaml", {}).ok());
}

TEST_F(FalcoFilesTest, AnEmptyConfigurationNamesNoRules) {
  dir_.Write("falco.yaml", "");
  EXPECT_THAT(Files().rules, IsEmpty());
}

TEST(Sha256, IsTheOneOfSha256sum) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Checksums, OverAllTellContentsAndOrderButNotPlaces) {
  TempDir dir;
  const std::string a = dir.Write("a", "first\n");
  const std::string b = dir.Write("b", "second\n");
  const std::string moved = dir.Write("elsewhere/a", "first\n");
  const std::string all = ChecksumOfAll(ChecksumFiles({a, b}));
  // printf 'first\n' and 'second\n' as sha256sum | cut | sha256sum make it.
  EXPECT_EQ(all, "cd0b86a06cdf5c6c6078bf0547ef109e0271b128831d0b354995f980060b61b3");
  EXPECT_EQ(ChecksumOfAll(ChecksumFiles({moved, b})), all);
  EXPECT_NE(ChecksumOfAll(ChecksumFiles({b, a})), all);
}

TEST(Checksums, AreOfTheFilesBelowARoot) {
  TempDir dir;
  dir.Write("etc/a", "abc");
  const std::vector<FileChecksum> files = ChecksumFiles({"/etc/a"}, dir.path());
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].path, "/etc/a");
  EXPECT_EQ(files[0].sha256, Sha256Hex("abc"));
}

TEST(Checksums, OverAllAreUnknownWhereOneFileIs) {
  TempDir dir;
  const std::vector<FileChecksum> files = ChecksumFiles({dir.Write("a", "x"), dir / "gone"});
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[1].path, dir / "gone");
  EXPECT_EQ(files[1].sha256, "");
  EXPECT_EQ(ChecksumOfAll(files), "");
  EXPECT_EQ(ChecksumOfAll({}), "");
}

}  // namespace
}  // namespace bench
