// A load of one's own, in YAML:
//
//   actions:                # named as `benchctl actions list --all` names them
//     ReadSensitiveFileUntrusted: 1
//   filler:                 # kinds: open, read, write, connect, exec
//     open: 40
//     connect: 9
//   processes: 2            # of the generator; or auto
//   pinning: auto           # or off
//
// The numbers are weights: how often each comes in a round, beside the others.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/v1/model.pb.h"

namespace bench {

struct MixFile {
  std::vector<v1::MixPart> parts;  // not empty; in the file's order
  std::string processes = "auto";  // as --generators takes it
  std::string pinning = "auto";    // as --pinning takes it
};

// INVALID_ARGUMENT says which line is wrong and what would do. Whether there is such an action is
// not known here. Pure and thread-safe.
absl::StatusOr<MixFile> ParseMixFile(const std::string& yaml);

}  // namespace bench
