#include "worker/falco/config_places.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/os/rooted_path.h"

namespace bench {
namespace {

void Place(const std::string& root, std::string* path) {
  absl::string_view file = *path;
  const bool is_socket = absl::ConsumePrefix(&file, "unix:");
  if (is_socket) absl::ConsumePrefix(&file, "//");
  if (!absl::StartsWith(file, "/")) return;  // none, or an address
  *path = absl::StrCat(is_socket ? "unix:" : "", PathBelowRoot(root, std::string(file)));
}

}  // namespace

void PlaceFiles(const std::string& root, FalcoConfig* config) {
  for (std::string* path :
       {&config->metrics.output_file, &config->stats_file, &config->file_output.filename,
        &config->grpc.bind_address, &config->grpc.cert_chain, &config->grpc.private_key,
        &config->grpc.root_certs}) {
    Place(root, path);
  }
}

}  // namespace bench
