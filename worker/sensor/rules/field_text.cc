#include "worker/sensor/rules/field_text.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstring>

#include "absl/strings/str_cat.h"

namespace bench::sensor {
namespace {

struct Bit {
  uint32_t bit;
  const char* name;
};

constexpr Bit kOpenFlags[] = {
    {O_CREAT, "O_CREAT"},     {O_EXCL, "O_EXCL"},           {O_NOCTTY, "O_NOCTTY"},
    {O_TRUNC, "O_TRUNC"},     {O_APPEND, "O_APPEND"},       {O_NONBLOCK, "O_NONBLOCK"},
    {O_DIRECT, "O_DIRECT"},   {O_DIRECTORY, "O_DIRECTORY"}, {O_NOFOLLOW, "O_NOFOLLOW"},
    {O_CLOEXEC, "O_CLOEXEC"}, {O_PATH, "O_PATH"},           {O_NOATIME, "O_NOATIME"},
};

constexpr Bit kModes[] = {
    {S_ISUID, "S_ISUID"}, {S_ISGID, "S_ISGID"}, {S_ISVTX, "S_ISVTX"}, {S_IRUSR, "S_IRUSR"},
    {S_IWUSR, "S_IWUSR"}, {S_IXUSR, "S_IXUSR"}, {S_IRGRP, "S_IRGRP"}, {S_IWGRP, "S_IWGRP"},
    {S_IXGRP, "S_IXGRP"}, {S_IROTH, "S_IROTH"}, {S_IWOTH, "S_IWOTH"}, {S_IXOTH, "S_IXOTH"},
};

void AppendBits(uint32_t value, const Bit* first, const Bit* last, std::string& out) {
  for (; first != last; ++first) {
    if ((value & first->bit) != first->bit) continue;
    if (!out.empty()) out.push_back('|');
    out.append(first->name);
  }
}

}  // namespace

std::string CommandLine(absl::string_view name, const std::vector<std::string>& args) {
  std::string line(name);
  for (size_t i = 1; i < args.size(); ++i) {
    if (!line.empty()) line.push_back(' ');
    line.append(args[i]);
  }
  return line;
}

std::string OpenFlagsText(uint32_t flags) {
  const uint32_t access = flags & O_ACCMODE;
  std::string text = access == O_RDONLY ? "O_RDONLY" : access == O_WRONLY ? "O_WRONLY" : "O_RDWR";
  AppendBits(flags, std::begin(kOpenFlags), std::end(kOpenFlags), text);
  return text;
}

std::string ModeText(uint32_t mode) {
  std::string text;
  AppendBits(mode, std::begin(kModes), std::end(kModes), text);
  return text.empty() ? "0" : text;
}

std::string ResultText(int64_t ret) {
  if (ret >= 0) return "SUCCESS";
  const char* name = ret > -4096 ? strerrorname_np(static_cast<int>(-ret)) : nullptr;
  return name != nullptr ? name : absl::StrCat(ret);
}

}  // namespace bench::sensor
