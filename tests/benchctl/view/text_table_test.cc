#include "benchctl/view/text_table.h"

#include <gtest/gtest.h>

#include "benchctl/view/display_width.h"

namespace bench {
namespace {

TextTable Table() {
  TextTable table;
  table.columns = {{"NAME"}, {"RATE", TextTable::Align::kRight}, {"NOTE"}};
  table.rows = {{"a", "153k", "x"}, {"bücher", "-", ""}, {"日本", "1.20M", "a,b \"c\"|d"}};
  return table;
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("bücher"), 6u);
  EXPECT_EQ(DisplayWidth("日本"), 4u);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1u);           // e and a combining acute accent
  EXPECT_EQ(DisplayWidth("\x1b[31mred\x1b[0m"), 3u);  // colours take no room
  EXPECT_EQ(DisplayWidth("\xFF\xE6"), 2u);            // no UTF-8: a column a byte
}

TEST(DisplayWidth, CutsBetweenLettersAndMarksTheCut) {
  EXPECT_EQ(CutToWidth("abcdef", 6), "abcdef");
  EXPECT_EQ(CutToWidth("abcdef", 4), "abc~");
  EXPECT_EQ(CutToWidth("日本語", 4), "日~");  // the second one would need a fifth column
  EXPECT_EQ(CutToWidth("abc", 0), "");
}

TEST(TextTable, AlignsByWidthAndLeavesNoSpaceAtTheEnd) {
  EXPECT_EQ(RenderAligned(Table(), /*colours=*/false),
            "NAME     RATE  NOTE\n"
            "a        153k  x\n"
            "bücher      -\n"
            "日本    1.20M  a,b \"c\"|d\n");
}

TEST(TextTable, ColoursDoNotMoveColumns) {
  TextTable table;
  table.columns = {{"A"}, {"B"}};
  table.rows = {{TextTable::Cell("xx", Tone::kGood), "y"}};
  EXPECT_EQ(RenderAligned(table, /*colours=*/true),
            "\x1b[1mA\x1b[0m   \x1b[1mB\x1b[0m\n\x1b[32mxx\x1b[0m  y\n");
}

TEST(TextTable, QuotesCsvAsRfc4180Says) {
  TextTable table;
  table.columns = {{"name"}, {"text"}};
  table.rows = {{"plain", "with space"}, {"comma,", "quote\"d"}, {"line\nbreak", ""}};
  EXPECT_EQ(RenderCsv(table),
            "name,text\n"
            "plain,with space\n"
            "\"comma,\",\"quote\"\"d\"\n"
            "\"line\nbreak\",\n");
}

TEST(TextTable, EscapesPipesInMarkdown) {
  EXPECT_EQ(RenderMarkdown(Table()),
            "| NAME | RATE | NOTE |\n"
            "|---|---:|---|\n"
            "| a | 153k | x |\n"
            "| bücher | - |  |\n"
            "| 日本 | 1.20M | a,b \"c\"\\|d |\n");
}

TEST(TextTable, ALineBreakInACellDoesNotTearTheTable) {
  TextTable table;
  table.columns = {{"A"}, {"B"}};
  table.rows = {{"one\ntwo", "x"}};
  EXPECT_EQ(RenderAligned(table, false), "A        B\none two  x\n");
}

TEST(OutputFormat, AnUnknownOneIsToldWhatThereIs) {
  EXPECT_EQ(*ParseOutputFormat("jsonl"), OutputFormat::kJsonLines);
  auto unknown = ParseOutputFormat("xml");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.status().message(),
            "\"xml\" is not an output format; try table, json, jsonl, csv, markdown or yaml");
}

}  // namespace
}  // namespace bench
