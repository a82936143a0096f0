#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "worker/falco/sensor_facts.h"

namespace bench {

// In hexadecimal, as sha256sum prints it. Pure.
std::string Sha256Hex(absl::string_view content);

// Of each file, in that order; as a process whose root directory is `root` names them ("": ours).
std::vector<FileChecksum> ChecksumFiles(const std::vector<std::string>& paths,
                                        const std::string& root = "");

// One for all of them: of their checksums, a line each, as `sha256sum FILE… | cut -d" " -f1 |
// sha256sum` prints it, so that it tells contents and order but not where the files lie. Empty if
// there is none, or one that could not be read. Pure.
std::string ChecksumOfAll(const std::vector<FileChecksum>& files);

}  // namespace bench
