#include <fcntl.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "tests/fakes/fake_proc_source.h"
#include "tests/worker/sensor/event_maker.h"
#include "worker/sensor/output/alert_format.h"
#include "worker/sensor/output/json_text.h"
#include "worker/sensor/output/metrics_format.h"
#include "worker/sensor/rules/builtin.h"

namespace bench::sensor {
namespace {

constexpr int64_t kTimeNs = 1795338826772314796;

std::string ReadBack(const std::string& json) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  if (parser.parse(json).get(element) != simdjson::SUCCESS) return "(no JSON)";
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) return "(no string)";
  return std::string(text);
}

std::string RoundTrip(absl::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return ReadBack("[" + json + "]") == "(no string)" ? ReadBack(json) : "(no JSON)";
}

TEST(JsonText, AnyTextComesBackUnchanged) {
  for (const char* text : {"", "plain", "quote\" back\\slash", "tab\tnewline\nreturn\r\x01\x1f",
                           "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    EXPECT_EQ(RoundTrip(text), text);
  }
}

TEST(JsonText, WhatIsNoUtf8IsReplaced) {
  const std::string kReplacement = "\xEF\xBF\xBD";
  EXPECT_EQ(RoundTrip("a\xFFz"), "a" + kReplacement + "z");
  EXPECT_EQ(RoundTrip("\xC3"), kReplacement);                       // cut off
  EXPECT_EQ(RoundTrip("\xC0\x80"), kReplacement + kReplacement);    // overlong
  EXPECT_EQ(RoundTrip("\xED\xA0\x80").substr(0, 3), kReplacement);  // a surrogate
  EXPECT_EQ(RoundTrip("\xF4\x90\x80\x80").substr(0, 3), kReplacement);
}

TEST(FormatTimestamp, IsUtcWithNanoseconds) {
  EXPECT_EQ(FormatTimestamp(kTimeNs), "2026-11-22T09:13:46.772314796");
  EXPECT_EQ(FormatTimestamp(1'000'000'005), "1970-01-01T00:00:01.000000005");
}

class AlertTest : public testing::Test {
 protected:
  AlertTest() : engine_(*RuleEngine::Make(BuiltinRules(), BuiltinVocabulary())) {
    ProcessFacts facts;
    facts.name = "bench-generator";
    facts.args = {"/x/bench-generator", "--marker", "falco-bench-7", "odd\xFF\"arg"};
    proc_.processes[5] = facts;
    event_ = Interpreted(interpreter_,
                         MakeEvent(EventType::kOpenat, 5, {AT_FDCWD}, 3, Nul("/etc/shadow")));
    event_.time_ns = kTimeNs;
  }
  FakeProcSource proc_;
  ThreadTable table_{&proc_};
  Interpreter interpreter_{&table_};
  RuleEngine engine_;
  EventContext event_;
};

TEST_F(AlertTest, HasFalcosKeysAndTheEventsTime) {
  const Rule* rule = engine_.FirstMatch(event_);
  ASSERT_NE(rule, nullptr);
  std::string line;
  AppendAlert(*rule, event_, "host-1", line);
  ASSERT_EQ(line.find('\n'), line.size() - 1);

  simdjson::dom::parser parser;
  simdjson::dom::element alert;
  ASSERT_EQ(parser.parse(line).get(alert), simdjson::SUCCESS) << line;
  const auto text = [&](const char* key) {
    std::string_view value;
    EXPECT_EQ(alert[key].get(value), simdjson::SUCCESS) << key;
    return std::string(value);
  };
  EXPECT_EQ(text("time"), "2026-11-22T09:13:46.772314796Z");
  EXPECT_EQ(text("rule"), "Read sensitive file untrusted");
  EXPECT_EQ(text("priority"), "Warning");
  EXPECT_EQ(text("source"), "syscall");
  EXPECT_EQ(text("hostname"), "host-1");
  EXPECT_EQ(text("output").rfind("2026-11-22T09:13:46.772314796+0000: Warning ", 0), 0u);
  simdjson::dom::array tags;
  ASSERT_EQ(alert["tags"].get(tags), simdjson::SUCCESS);
  EXPECT_EQ(tags.at(0).get_string().value_unsafe(), "maturity_stable");
  simdjson::dom::object fields;
  ASSERT_EQ(alert["output_fields"].get(fields), simdjson::SUCCESS);
  EXPECT_EQ(fields["evt.time"].get_int64().value_unsafe(), kTimeNs);
  EXPECT_EQ(fields["evt.type"].get_string().value_unsafe(), "openat");
  EXPECT_EQ(fields["fd.name"].get_string().value_unsafe(), "/etc/shadow");
  EXPECT_EQ(fields["proc.name"].get_string().value_unsafe(), "bench-generator");
  EXPECT_EQ(fields["proc.cmdline"].get_string().value_unsafe(),
            "bench-generator --marker falco-bench-7 odd\xEF\xBF\xBD\"arg");
  EXPECT_TRUE(fields["proc.aname[3]"].is_null());
}

TEST(Metrics, HasFalcosKeys) {
  RuleEngine engine =
      *RuleEngine::Make({{"Read sensitive file untrusted", "Warning", "evt.type=open", "", {}},
                         {"Never matched", "Warning", "evt.type=open", "", {}}},
                        {});
  MetricsIdentity identity;
  identity.hostname = "host-1";
  identity.version = "0.1.0";
  identity.start_ns = kTimeNs - 5;
  identity.reload_ns = kTimeNs - 4;
  MetricsSnapshot previous;
  previous.kernel_events = 1000;
  previous.since_start_ns = 1'000'000'000;
  MetricsSnapshot now;
  now.sample = 12;
  now.time_ns = kTimeNs;
  now.since_start_ns = 1'500'000'000;
  now.kernel_events = 5000;
  now.buffer_drops[BENCH_CLASS_OPEN] = 30;
  now.buffer_drops[BENCH_CLASS_CLOSE] = 10;
  now.buffer_drops_total = 40;
  now.processed_events = 4900;
  now.memory_rss_mb = 12.34;
  std::string line;
  AppendMetrics(identity, previous, now, engine.rules(), {7, 0}, 7, line);
  ASSERT_EQ(line.find('\n'), line.size() - 1);

  simdjson::dom::parser parser;
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(line).get(root), simdjson::SUCCESS) << line;
  EXPECT_EQ(root["sample"].get_int64().value_unsafe(), 12);
  simdjson::dom::object fields;
  ASSERT_EQ(root["output_fields"].get(fields), simdjson::SUCCESS);
  const auto integer = [&](const char* key) {
    int64_t value = -1;
    EXPECT_EQ(fields[key].get(value), simdjson::SUCCESS) << key;
    return value;
  };
  EXPECT_EQ(integer("evt.time"), kTimeNs);
  EXPECT_EQ(integer("falco.start_ts"), kTimeNs - 5);
  EXPECT_EQ(integer("falco.reload_ts"), kTimeNs - 4);
  EXPECT_EQ(integer("falco.num_evts"), 4900);
  EXPECT_EQ(integer("falco.rules.matches_total"), 7);
  EXPECT_EQ(integer("falco.rules.Read_sensitive_file_untrusted"), 7);
  EXPECT_EQ(fields["falco.rules.Never_matched"].error(), simdjson::NO_SUCH_FIELD);
  EXPECT_EQ(integer("falco.outputs_queue_num_drops"), 0);
  EXPECT_EQ(integer("scap.n_evts"), 5000);
  EXPECT_EQ(integer("scap.n_drops"), 40);
  EXPECT_EQ(integer("scap.n_drops_buffer_total"), 40);
  EXPECT_EQ(integer("scap.n_drops_buffer_open_exit"), 30);
  EXPECT_EQ(integer("scap.n_drops_buffer_close_exit"), 10);
  EXPECT_EQ(integer("scap.n_drops_buffer_other_interest_exit"), 0);
  EXPECT_DOUBLE_EQ(fields["scap.evts_rate_sec"].get_double().value_unsafe(), 8000);
  EXPECT_DOUBLE_EQ(fields["falco.memory_rss_mb"].get_double().value_unsafe(), 12.3);
  EXPECT_EQ(fields["falco.version"].get_string().value_unsafe(), "0.1.0");
}

}  // namespace
}  // namespace bench::sensor
