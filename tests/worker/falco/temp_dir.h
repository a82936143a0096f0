#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/string_view.h"
#include "common/os/files.h"

namespace bench {

// A directory of its own for one test; gone with it.
class TempDir {
 public:
  TempDir() {
    std::string pattern = testing::TempDir() + "/falco-test-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  std::string Write(const std::string& name, absl::string_view content) const {
    EXPECT_TRUE(WriteFile(File(name), content).ok());
    return File(name);
  }
  size_t files() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) count += entry.exists();
    return count;
  }

 private:
  std::string path_;
};

}  // namespace bench
