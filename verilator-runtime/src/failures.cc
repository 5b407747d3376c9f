// Verilator's user hooks (VL_USER_STOP_MAYBE, VL_USER_FATAL, VL_PRINTF).
#include "failures.h"

#include <cstdarg>
#include <cstdio>

#include "verilated.h"

namespace smmuq {
namespace {

// An assertion that fails in every cycle of a long run must not fill the memory.
constexpr std::size_t kept = 100;

thread_local Failures* collecting = nullptr;

void trim_newlines(std::string& text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
}

std::string located(const char* file, int line, const char* message) {
    return file && *file ? std::string{file} + ":" + std::to_string(line) + ": " + message
                         : std::string{message};
}

void fail(const std::string& reason) {
    if (collecting) {
        collecting->fail(reason);
    } else {
        std::fprintf(stderr, "%s\n", reason.c_str());
    }
}

}  // namespace

void Failures::fail(const std::string& reason) {
    std::string text = take_printed();
    trim_newlines(text);
    if (text.empty()) text = reason;
    if (m_failed.size() < kept) {
        m_failed.push_back(std::move(text));
    } else if (m_failed.size() == kept) {
        m_failed.push_back("(further failures are not kept)");
    }
}

std::string Failures::take_printed() {
    std::string text;
    text.swap(m_printed);
    return text;
}

std::vector<std::string> Failures::take() {
    std::vector<std::string> failed;
    failed.swap(m_failed);
    return failed;
}

Collect::Collect(Failures& failures)
    : m_failures{failures}
    , m_outer{collecting} {
    collecting = &failures;
}

Collect::~Collect() {
    collecting = m_outer;
    const std::string text = m_failures.take_printed();
    if (!text.empty()) std::fputs(text.c_str(), stderr);
}

}  // namespace smmuq

int smmuq_printf(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    const int length = std::vsnprintf(nullptr, 0, format, arguments);
    va_end(arguments);
    std::string text(length < 0 ? 0 : static_cast<std::size_t>(length), '\0');
    std::vsnprintf(&text[0], text.size() + 1, format, again);
    va_end(again);
    if (smmuq::collecting) {
        smmuq::collecting->print(text);
    } else {
        std::fputs(text.c_str(), stderr);
    }
    return length;
}

// $stop, $error, $fatal and failed assertions: the model goes on, the caller asks for the failures.
void vl_stop_maybe(const char* file, int line, const char*, bool) {
    smmuq::fail(smmuq::located(file, line, "$stop"));
}

// The library found it cannot go on. Returning would repeat the failing loop for ever.
void vl_fatal(const char* file, int line, const char*, const char* message) {
    smmuq::fail(smmuq::located(file, line, message));
    throw smmuq::Fatal{};
}
