#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bench {

// Where commands write: results on stdout, everything else on stderr. Implementations are
// thread-safe, so that log lines of other threads don't tear the live block apart.
class Console {
 public:
  virtual ~Console() = default;
  // As it is. An error if it could not be written; a reader that went away (EPIPE) is none.
  virtual absl::Status Out(absl::string_view text) = 0;
  // One line, above the live block if there is one.
  virtual void ErrLine(absl::string_view line) = 0;
  // Replaces the live block at the bottom of stderr; empty = none. For terminals only.
  virtual void SetLiveBlock(const std::vector<std::string>& lines) = 0;
  virtual bool out_is_terminal() const = 0;
  virtual bool err_is_terminal() const = 0;
  virtual int err_width() const = 0;  // columns of the terminal, as of now
};

}  // namespace bench
