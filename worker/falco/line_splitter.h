// Cuts a stream of bytes into lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace bench {

// Takes chunks as they come from a pipe or a file; a line may span any number of them. Memory stays
// below max_line_bytes: a longer line is skipped to its end and counted. NUL bytes are bytes like
// any other. Not thread-safe.
class LineSplitter {
 public:
  // Gets the line without its newline; the view is valid during the call only.
  using Sink = absl::FunctionRef<void(absl::string_view line)>;

  explicit LineSplitter(size_t max_line_bytes = size_t{1} << 20)
      : max_line_bytes_(max_line_bytes) {}

  // Calls `sink` for each line that ends within `chunk`; keeps the rest for the next call.
  void Feed(absl::string_view chunk, Sink sink);
  // Forgets the unfinished line: what comes next starts a new one.
  void Reset();

  int64_t skipped_lines() const { return skipped_lines_; }
  int64_t skipped_bytes() const { return skipped_bytes_; }

 private:
  void Skip(size_t bytes);
  void Keep(absl::string_view piece);

  const size_t max_line_bytes_;
  std::string partial_;
  bool skipping_ = false;  // inside a line that is too long
  int64_t skipped_lines_ = 0;
  int64_t skipped_bytes_ = 0;
};

}  // namespace bench
