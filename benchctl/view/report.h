// What a command prints, in all formats at once; the views make it, the commands print it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "benchctl/view/output_format.h"
#include "benchctl/view/text_table.h"
#include "google/protobuf/message.h"

namespace bench {

struct ReportSection {
  std::string title;                // "" = none
  TextTable table;                  // no columns = no table
  std::vector<std::string> before;  // lines of text, for people
  std::vector<std::string> after;
};

// Move-only; owns the messages.
struct Report {
  std::unique_ptr<google::protobuf::Message> message;             // -o json and yaml
  std::vector<std::unique_ptr<google::protobuf::Message>> items;  // -o jsonl, one a line
  TextTable records;                    // -o csv: plain numbers in base units
  std::vector<ReportSection> sections;  // -o table and markdown
  // What must be said where the figures stand. The message and the sections hold it too; csv and
  // jsonl have no place for it, so there whoever prints the report says it elsewhere.
  std::vector<std::string> notes;
};

// Ends with a line break unless empty. Pure.
std::string RenderReport(const Report& report, OutputFormat format, bool colours);

// Copies of the elements of a repeated field.
template <typename Elements>
std::vector<std::unique_ptr<google::protobuf::Message>> CopyItems(const Elements& elements) {
  std::vector<std::unique_ptr<google::protobuf::Message>> copies;
  for (const auto& element : elements) {
    copies.push_back(std::unique_ptr<google::protobuf::Message>(element.New()));
    copies.back()->CopyFrom(element);
  }
  return copies;
}

template <typename T>
std::unique_ptr<google::protobuf::Message> CopyMessage(const T& message) {
  return std::make_unique<T>(message);
}

}  // namespace bench
