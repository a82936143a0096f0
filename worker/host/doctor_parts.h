// What the groups of checks have in common. Pure.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "worker/host/doctor.h"
#include "worker/host/doctor_facts.h"

namespace bench {

// "benchctl doctor" as it is run where a privilege is missing.
inline constexpr char kRunAsRoot[] =
    "run it as root (sudo benchctl doctor), or in a container with: docker run --privileged "
    "--pid=host --cgroupns=host";

inline DoctorCheck Pass(std::string finding) {
  return {.status = DoctorCheck::Status::kPass, .finding = std::move(finding)};
}
inline DoctorCheck Warn(std::string finding, std::string mend) {
  return {
      .status = DoctorCheck::Status::kWarn, .finding = std::move(finding), .mend = std::move(mend)};
}
inline DoctorCheck Fail(std::string finding, std::string mend) {
  return {
      .status = DoctorCheck::Status::kFail, .finding = std::move(finding), .mend = std::move(mend)};
}

inline std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

}  // namespace bench
