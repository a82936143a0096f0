#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "common/os/files.h"
#include "worker/falco/line_splitter.h"

namespace bench {

// Follows a file that another process appends lines to. The file may not be there yet, be
// truncated (and grow beyond what was read before anybody looks again), or be replaced by another
// of the same name; a line that is still being written is waited for. What its writer appended
// between our last look and the truncation is lost. Not thread-safe.
class CounterFileTail {
 public:
  // kEnd: what stands in the file now is passed over; one that comes later is read from its start.
  enum class From { kStart, kEnd };
  // `open_as`: where the file is to be found now, if not at its path: its writer was not told that
  // it was rotated away. What comes at the path later takes its place.
  explicit CounterFileTail(std::string path, From from = From::kStart,
                           const std::string& open_as = "");

  // Calls `sink` for each line that was completed since the last call.
  void Poll(LineSplitter::Sink sink);
  const std::string& path() const { return path_; }

 private:
  bool Open(const std::string& path);
  // Passes over what stands in the file.
  void SkipToEnd();
  // Whether what was read, or passed over, still begins it.
  bool BeginsAsBefore() const;
  void BeginAnew();
  // By another that somebody has written to: who was rotated away and wasn't told goes on in the
  // old one, beside an empty new one.
  bool WasReplaced() const;
  void ReadToEnd(LineSplitter::Sink sink);

  const std::string path_;
  UniqueFd fd_;
  off_t offset_ = 0;
  LineSplitter splitter_;
  std::string head_;  // the first bytes before the offset
  std::vector<char> buffer_;
};

}  // namespace bench
