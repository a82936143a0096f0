#include "worker/falco/line_splitter.h"

namespace bench {

void LineSplitter::Feed(absl::string_view chunk, Sink sink) {
  while (!chunk.empty()) {
    const size_t newline = chunk.find('\n');
    if (newline == absl::string_view::npos) {
      Keep(chunk);
      return;
    }
    absl::string_view piece = chunk.substr(0, newline);
    chunk.remove_prefix(newline + 1);
    if (skipping_) {
      skipped_bytes_ += static_cast<int64_t>(piece.size());
      skipping_ = false;
    } else if (partial_.size() + piece.size() > max_line_bytes_) {
      Skip(piece.size());
      skipping_ = false;
    } else if (partial_.empty()) {
      sink(piece);  // the usual case copies nothing
    } else {
      partial_.append(piece.data(), piece.size());
      sink(partial_);
      partial_.clear();
    }
  }
}

void LineSplitter::Reset() {
  partial_.clear();
  skipping_ = false;
}

void LineSplitter::Keep(absl::string_view piece) {
  if (skipping_) {
    skipped_bytes_ += static_cast<int64_t>(piece.size());
  } else if (partial_.size() + piece.size() > max_line_bytes_) {
    Skip(piece.size());
  } else {
    partial_.append(piece.data(), piece.size());
  }
}

// Gives up the line that `bytes` more belong to.
void LineSplitter::Skip(size_t bytes) {
  ++skipped_lines_;
  skipped_bytes_ += static_cast<int64_t>(partial_.size() + bytes);
  partial_.clear();
  skipping_ = true;
}

}  // namespace bench
