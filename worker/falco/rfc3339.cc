#include "worker/falco/rfc3339.h"

#include <cstdint>

namespace bench {
namespace {

// Takes digits and punctuation off the front; once something didn't fit, all that follows fails.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : rest_(text) {}

  int64_t Digits(size_t count) {
    if (rest_.size() < count) return Fail();
    int64_t value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return Fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  void Expect(char c) {
    if (!Accept(c)) Fail();
  }
  bool Accept(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // After the dot: at least one digit; those beyond nanoseconds are cut off.
  int64_t Nanoseconds() {
    int64_t value = 0;
    int64_t unit = 100'000'000;
    size_t used = 0;
    for (; used < rest_.size() && rest_[used] >= '0' && rest_[used] <= '9'; ++used) {
      value += unit * (rest_[used] - '0');
      unit /= 10;
    }
    if (used == 0) return Fail();
    rest_.remove_prefix(used);
    return value;
  }
  int64_t Fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }
  bool ok() const { return !failed_; }
  bool done() const { return rest_.empty(); }

 private:
  absl::string_view rest_;
  bool failed_ = false;
};

// Days from 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant's days_from_civil).
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = year / 400;  // the years here are 0 to 9999
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

}  // namespace

std::optional<absl::Time> ParseRfc3339(absl::string_view text) {
  Scanner in(text);
  const int64_t year = in.Digits(4);
  in.Expect('-');
  const int64_t month = in.Digits(2);
  in.Expect('-');
  const int64_t day = in.Digits(2);
  if (!in.Accept('T')) in.Expect('t');
  const int64_t hour = in.Digits(2);
  in.Expect(':');
  const int64_t minute = in.Digits(2);
  in.Expect(':');
  const int64_t second = in.Digits(2);
  const int64_t nanoseconds = in.Accept('.') ? in.Nanoseconds() : 0;
  int64_t offset_minutes = 0;
  if (!in.Accept('Z') && !in.Accept('z')) {
    const int64_t sign = in.Accept('-') ? -1 : 1;
    if (sign > 0) in.Expect('+');
    const int64_t hours = in.Digits(2);
    in.Expect(':');
    const int64_t minutes = in.Digits(2);
    if (hours > 23 || minutes > 59) return std::nullopt;
    offset_minutes = sign * (hours * 60 + minutes);
  }
  if (!in.ok() || !in.done()) return std::nullopt;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  const int64_t seconds = DaysFromCivil(year, month, day) * 86400 + hour * 3600 +
                          (minute - offset_minutes) * 60 + second;
  return absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanoseconds);
}

}  // namespace bench
