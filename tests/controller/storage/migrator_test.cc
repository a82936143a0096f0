#include "controller/storage/migrator.h"

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/storage/database.h"
#include "controller/storage/run_repository.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

const absl::Time kNow = absl::FromUnixSeconds(1795348800);

std::vector<Migration> Two() {
  return {{1, "first", "aaaaaaaaaaaaaaaa", "CREATE TABLE one (a INTEGER) STRICT;"},
          {2, "second", "bbbbbbbbbbbbbbbb",
           "CREATE TABLE two (a INTEGER) STRICT; INSERT INTO one VALUES (7);"}};
}

class MigratorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::Open(dir_ / "a.db", Database::Access::kReadWrite);
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
  }
  absl::Status Apply(const std::vector<Migration>& migrations) {
    return Migrate(*database_, migrations, kNow, "1.2.3");
  }
  std::vector<std::string> Texts(const std::string& sql) {
    auto rows = database_->Prepare(sql);
    EXPECT_TRUE(rows.ok()) << rows.status();
    std::vector<std::string> texts;
    while (*rows->Step()) texts.push_back(rows->Text());
    return texts;
  }

  TempDir dir_;
  std::unique_ptr<Database> database_;
};

TEST_F(MigratorTest, BringsAnEmptyFileToTheNewestSchema) {
  ASSERT_TRUE(Apply(Two()).ok());
  EXPECT_THAT(Texts("SELECT version || name || checksum || applied_at || applied_by FROM "
                    "schema_migrations ORDER BY version"),
              ElementsAre("1firstaaaaaaaaaaaaaaaa2026-11-22T12:00:00.000000Z1.2.3",
                          "2secondbbbbbbbbbbbbbbbb2026-11-22T12:00:00.000000Z1.2.3"));
  EXPECT_THAT(Texts("SELECT a FROM one"), ElementsAre("7"));
}

TEST_F(MigratorTest, AppliesOnlyWhatIsMissing) {
  std::vector<Migration> migrations = Two();
  ASSERT_TRUE(Apply({migrations[0]}).ok());
  EXPECT_FALSE(CheckSchema(*database_, migrations, "1.2.3").ok());
  ASSERT_TRUE(Apply(migrations).ok());
  ASSERT_TRUE(Apply(migrations).ok());
  EXPECT_THAT(Texts("SELECT a FROM one"), ElementsAre("7"));
  EXPECT_TRUE(CheckSchema(*database_, migrations, "1.2.3").ok());
}

TEST_F(MigratorTest, RefusesANewerDatabaseNamingBothVersions) {
  ASSERT_TRUE(Apply(Two()).ok());
  absl::Status status = Migrate(*database_, {Two()[0]}, kNow, "1.0.0");
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(
      std::string(status.message()),
      AllOf(HasSubstr("schema version 2"), HasSubstr("release 1.2.3"), HasSubstr("up to 1 only"),
            HasSubstr("release 1.0.0"), HasSubstr("--db"), HasSubstr(dir_ / "a.db")));
}

TEST_F(MigratorTest, RefusesAMigrationWithAnotherContent) {
  ASSERT_TRUE(Apply(Two()).ok());
  std::vector<Migration> changed = Two();
  changed[0].checksum = "cccccccccccccccc";
  absl::Status status = Apply(changed);
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("migration 1 (first)"), HasSubstr("aaaaaaaaaaaa"),
                    HasSubstr("cccccccccccc"), HasSubstr("--db")));
}

TEST_F(MigratorTest, AFailedMigrationLeavesNothingBehind) {
  std::vector<Migration> migrations = Two();
  migrations[1].sql = "CREATE TABLE two (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);";
  absl::Status status = Apply(migrations);
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("migration 2 (second)"));
  EXPECT_THAT(Texts("SELECT name FROM sqlite_schema WHERE name IN ('one', 'two')"),
              ElementsAre("one"));
  EXPECT_THAT(Texts("SELECT version FROM schema_migrations"), ElementsAre("1"));
}

TEST_F(MigratorTest, RefusesTheDatabaseOfAnotherProgram) {
  ASSERT_TRUE(database_->Execute("CREATE TABLE songs (title TEXT)").ok());
  absl::Status status = Apply(Two());
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("songs"), HasSubstr("--db")));
}

TEST_F(MigratorTest, TheEmbeddedSchemaIsStrictAndComplete) {
  ASSERT_TRUE(Migrate(*database_, EmbeddedMigrations(), kNow, "1.2.3").ok());
  EXPECT_THAT(Texts("SELECT name FROM sqlite_schema WHERE type = 'table'"),
              IsSupersetOf({"campaigns", "campaign_tags", "runs", "trials", "samples", "nodes",
                            "manifests", "reports"}));
  EXPECT_THAT(Texts("SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND "
                    "name NOT LIKE 'sqlite_%'"),
              ElementsAre());
  // A text where a number belongs, a state that is none, and a run of no campaign.
  EXPECT_FALSE(
      database_->Run("INSERT INTO nodes VALUES ('n', '{}', 'k', 'four', 1, 'v', 't', 't')").ok());
  EXPECT_FALSE(database_->Run("INSERT INTO campaign_tags VALUES ('c-none', 'k', 'v')").ok());
  EXPECT_FALSE(
      database_
          ->Run("INSERT INTO campaigns VALUES ('c', NULL, '', 'ASLEEP', 'benchctl', 0, 't', NULL, "
                "'', '', '', '', 0.1, 1, '{}')")
          .ok());
}

TEST_F(MigratorTest, AManifestOfVersion1KeepsItsRowAndKnowsNothingMore) {
  const absl::Span<const Migration> all = EmbeddedMigrations();
  ASSERT_TRUE(Migrate(*database_, all.first(1), kNow, "0.1.0").ok());
  ASSERT_TRUE(database_
                  ->Execute("INSERT INTO campaigns VALUES ('c', NULL, '', 'DONE', 'benchctl', 0, "
                            "'t', NULL, '', '', '', '', 0.1, 1, '{}');"
                            "INSERT INTO runs (id, campaign_id, position, state, cpu_millis, "
                            "memory_bytes, repeat, wanted_node, node, attempt, max_attempts, "
                            "epoch, reason, created_at) VALUES ('r', 'c', 1, 'DONE', 500, 0, 1, "
                            "'', 'n', 1, 1, 1, '', 't');"
                            "INSERT INTO manifests VALUES ('r', 1, 'h', '6.1.0', 'EPYC', 2, 3, "
                            "'v2', 'kvm', 'performance', 'falco', '0.44.1', 'modern_ebpf', 8, 2, "
                            "1, '1', '0', '0.1.0', 'abc', 'falco -U', '{}')")
                  .ok());
  ASSERT_TRUE(Migrate(*database_, all, kNow, "0.2.0").ok());
  auto manifest = RunRepository(*database_).Manifest("r");
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  ASSERT_TRUE(manifest->has_value());
  EXPECT_EQ((*manifest)->kernel(), "6.1.0");
  EXPECT_EQ((*manifest)->sensor_command(), "falco -U");
  EXPECT_EQ((*manifest)->rules_sha256(), "");
  EXPECT_EQ((*manifest)->rules_files_size(), 0);
  EXPECT_FALSE((*manifest)->has_smt_active());
  EXPECT_FALSE((*manifest)->has_steal_ratio());
}

TEST_F(MigratorTest, EmbeddedChecksumsAreThoseOfTheText) {
  for (const Migration& migration : EmbeddedMigrations()) {
    std::string path = dir_ / "text.sql";
    FILE* file = std::fopen(path.c_str(), "w");
    ASSERT_NE(file, nullptr);
    std::fputs(migration.sql, file);
    std::fclose(file);
    FILE* sum = popen(("sha256sum < " + path).c_str(), "r");
    ASSERT_NE(sum, nullptr);
    std::array<char, 65> hex = {};
    ASSERT_EQ(std::fread(hex.data(), 1, 64, sum), 64u);
    pclose(sum);
    EXPECT_STREQ(hex.data(), migration.checksum) << migration.name;
  }
}

}  // namespace
}  // namespace bench
