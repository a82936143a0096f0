#include "benchctl/embedded/log_to_console.h"

#include <memory>
#include <mutex>
#include <string>

#include "absl/strings/ascii.h"
#include "spdlog/sinks/base_sink.h"
#include "spdlog/spdlog.h"

namespace bench {
namespace {

class ConsoleSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit ConsoleSink(Console& console) : console_(console) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    absl::string_view line(formatted.data(), formatted.size());
    console_.ErrLine(absl::StripTrailingAsciiWhitespace(line));
  }
  void flush_() override {}

  Console& console_;
};

}  // namespace

void LogToConsole(Console& console, const GlobalFlags& flags) {
  auto logger =
      std::make_shared<spdlog::logger>("benchctl", std::make_shared<ConsoleSink>(console));
  logger->set_pattern("%l: %v");
  logger->set_level(flags.verbose ? spdlog::level::info
                    : flags.quiet ? spdlog::level::err
                                  : spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace bench
