#include <cstdio>

#include "tests/fakes/fake_falco/output.h"

namespace bench {
namespace {

class StdoutOutput final : public Output {
 public:
  StdoutOutput(bool buffered, bool noise, const std::string& marker)
      : buffered_(buffered), noise_(noise), marker_(marker) {}

  void Send(const FakeAlert& /*alert*/, const std::string& line) override {
    if (noise_) PrintNoise();
    const std::string text = line + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (!buffered_) std::fflush(stdout);
  }

 private:
  void PrintNoise() const {
    std::printf(R"({"output":"%s","rule":"Falco internal: syscall event drop","source":"internal",)"
                R"("time":"2026-11-22T09:13:39.668001283Z"})"
                "\n",
                marker_.c_str());
    static constexpr char kGarbage[] = "no json \0 at all\n{\"rule\":\n";
    std::fwrite(kGarbage, 1, sizeof kGarbage - 1, stdout);
  }

  const bool buffered_;
  const bool noise_;
  const std::string marker_;
};

}  // namespace

std::unique_ptr<Output> MakeStdoutOutput(bool buffered, bool noise, const std::string& marker) {
  return std::make_unique<StdoutOutput>(buffered, noise, marker);
}

}  // namespace bench
