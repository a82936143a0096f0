#include <optional>

#include "common/status/status_macros.h"
#include "tests/fakes/fake_falco/appended_file.h"
#include "tests/fakes/fake_falco/output.h"

namespace bench {
namespace {

class FileOutput final : public Output {
 public:
  FileOutput(FakeConfig::File config, std::optional<AppendedFile> kept)
      : config_(std::move(config)), kept_(std::move(kept)) {}

  void Send(const FakeAlert& /*alert*/, const std::string& line) override {
    if (kept_) return kept_->Append(line + "\n");
    auto file = AppendedFile::Open(config_.filename);
    if (file.ok()) file->Append(line + "\n");
  }

 private:
  const FakeConfig::File config_;
  const std::optional<AppendedFile> kept_;  // with keep_alive
};

}  // namespace

absl::StatusOr<std::unique_ptr<Output>> MakeFileOutput(const FakeConfig::File& config) {
  BENCH_ASSIGN_OR_RETURN(AppendedFile file, AppendedFile::Open(config.filename));
  std::optional<AppendedFile> kept;
  if (config.keep_alive) kept = std::move(file);
  return std::make_unique<FileOutput>(config, std::move(kept));
}

}  // namespace bench
