#include <optional>

#include "common/status/status_macros.h"
#include "tests/fakes/fake_falco/appended_file.h"
#include "tests/fakes/fake_falco/output.h"

namespace bench {
namespace {

constexpr size_t kBlockBytes = 8191;  // of a C++ file stream

class FileOutput final : public Output {
 public:
  FileOutput(FakeConfig::File config, std::optional<AppendedFile> kept, size_t block_bytes)
      : config_(std::move(config)), kept_(std::move(kept)), block_bytes_(block_bytes) {}
  ~FileOutput() override {
    if (kept_) kept_->Append(block_);
  }

  void Send(const FakeAlert& /*alert*/, const std::string& line) override {
    if (kept_) {
      block_ += line + "\n";
      if (block_.size() < block_bytes_) return;
      kept_->Append(block_);
      return block_.clear();
    }
    auto file = AppendedFile::Open(config_.filename);
    if (file.ok()) file->Append(line + "\n");
  }

 private:
  const FakeConfig::File config_;
  const std::optional<AppendedFile> kept_;  // with keep_alive
  const size_t block_bytes_;
  std::string block_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Output>> MakeFileOutput(const FakeConfig::File& config,
                                                       bool buffered) {
  BENCH_ASSIGN_OR_RETURN(AppendedFile file, AppendedFile::Open(config.filename));
  std::optional<AppendedFile> kept;
  if (config.keep_alive) kept = std::move(file);
  return std::make_unique<FileOutput>(config, std::move(kept), buffered ? kBlockBytes : 0);
}

}  // namespace bench
