#include "worker/falco/rule_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RuleFilesTest : public testing::Test {
 protected:
  absl::StatusOr<std::vector<std::string>> Resolve(const std::vector<std::string>& files) {
    return ResolveRuleFiles(files, {real_ / "rules", real_ / "missing"});
  }
  absl::Status Refusal(const std::string& file) { return Resolve({file}).status(); }
  void Link(const std::string& target, const std::string& name) {
    std::filesystem::create_symlink(target, name);
  }

  TempDir real_;
  const std::string a_ = real_.Write("rules/a.yaml", "- rule: a\n");
  const std::string b_ = real_.Write("rules/deep/b.yml", "- rule: b\n");
  const std::string secret_ = real_.Write("elsewhere/secret.yaml", "password\n");
};

TEST_F(RuleFilesTest, FilesBelowAnAllowedFolderPassInTheirOrder) {
  auto resolved = Resolve({b_, a_});
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_THAT(*resolved, ElementsAre(b_, a_));
  EXPECT_TRUE(Resolve({})->empty());
}

TEST_F(RuleFilesTest, ALinkIsFollowedWithinAndRefusedBeyond) {
  Link(a_, real_ / "rules/link.yaml");
  auto resolved = Resolve({real_ / "rules/link.yaml"});
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_THAT(*resolved, ElementsAre(a_));  // not the link, which could be turned meanwhile
  Link(secret_, real_ / "rules/out.yaml");
  EXPECT_TRUE(absl::IsPermissionDenied(Refusal(real_ / "rules/out.yaml")));
}

TEST_F(RuleFilesTest, NothingOutsideIsTakenNorToldApart) {
  const absl::Status there = Refusal(secret_);
  EXPECT_TRUE(absl::IsPermissionDenied(there));
  EXPECT_THAT(std::string(there.message()), HasSubstr("--rules-dir"));
  EXPECT_TRUE(absl::IsPermissionDenied(Refusal(real_ / "elsewhere/none.yaml")));
  EXPECT_TRUE(absl::IsPermissionDenied(Refusal(real_ / "rules/../elsewhere/secret.yaml")));
  EXPECT_TRUE(absl::IsPermissionDenied(Refusal(real_ / "rules-too/a.yaml")));
  EXPECT_TRUE(absl::IsPermissionDenied(Refusal("rules/a.yaml")));
  EXPECT_TRUE(absl::IsPermissionDenied(Refusal("")));
}

TEST_F(RuleFilesTest, OnlyRegularYamlFilesAreTaken) {
  EXPECT_TRUE(absl::IsNotFound(Refusal(real_ / "rules/none.yaml")));
  EXPECT_TRUE(absl::IsInvalidArgument(Refusal(real_.Write("rules/notes.txt", "x"))));
  std::filesystem::create_directories(real_ / "rules/folder.yaml");
  EXPECT_TRUE(absl::IsInvalidArgument(Refusal(real_ / "rules/folder.yaml")));
  Link(real_ / "rules/notes.txt", real_ / "rules/notes.yaml");
  EXPECT_TRUE(absl::IsInvalidArgument(Refusal(real_ / "rules/notes.yaml")));
}

TEST_F(RuleFilesTest, TheRootFolderAllowsAll) {
  EXPECT_TRUE(ResolveRuleFiles({secret_}, {"/"}).ok());
}

}  // namespace
}  // namespace bench
