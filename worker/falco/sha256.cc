#include "worker/falco/sha256.h"

#include <openssl/sha.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/os/rooted_path.h"

namespace bench {

std::string Sha256Hex(absl::string_view content) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest = {};
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::vector<FileChecksum> ChecksumFiles(const std::vector<std::string>& paths,
                                        const std::string& root) {
  std::vector<FileChecksum> checksums;
  checksums.reserve(paths.size());
  for (const std::string& path : paths) {
    absl::StatusOr<std::string> content = ReadFile(PathBelowRoot(root, path));
    checksums.push_back({path, content.ok() ? Sha256Hex(*content) : ""});
  }
  return checksums;
}

std::string ChecksumOfAll(const std::vector<FileChecksum>& files) {
  if (files.empty()) return "";
  std::string lines;
  for (const FileChecksum& file : files) {
    if (file.sha256.empty()) return "";
    absl::StrAppend(&lines, file.sha256, "\n");
  }
  return Sha256Hex(lines);
}

}  // namespace bench
