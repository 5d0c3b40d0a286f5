# Each parser of texts from outside has a target: see target.h. `make check` runs them over a fixed
# set of inputs; `make fuzz` searches for others.
fuzz_tests = \
	tests/fuzz/address \
	tests/fuzz/capture \
	tests/fuzz/cgroup \
	tests/fuzz/command_line \
	tests/fuzz/conntrack \
	tests/fuzz/conntrack_line \
	tests/fuzz/counters \
	tests/fuzz/destination \
	tests/fuzz/dump \
	tests/fuzz/mountinfo \
	tests/fuzz/port_filter \
	tests/fuzz/port_list \
	tests/fuzz/procfs_line \
	tests/fuzz/range \
	tests/fuzz/report \
	tests/fuzz/settings \
	tests/fuzz/sockstat \
	tests/fuzz/utf8
if ENABLE_TESTS
check_PROGRAMS += $(fuzz_tests)
TESTS += $(fuzz_tests)
endif
fuzz_driver = tests/fuzz/driver.cc tests/fuzz/recordings.cc tests/fuzz/recordings.h tests/fuzz/target.h
tests_fuzz_address_SOURCES = tests/fuzz/address.cc $(fuzz_driver)
tests_fuzz_capture_SOURCES = tests/fuzz/capture.cc $(fuzz_driver)
tests_fuzz_cgroup_SOURCES = tests/fuzz/cgroup.cc $(fuzz_driver)
tests_fuzz_command_line_SOURCES = tests/fuzz/command_line.cc $(fuzz_driver)
tests_fuzz_conntrack_SOURCES = tests/fuzz/conntrack.cc $(fuzz_driver)
tests_fuzz_conntrack_line_SOURCES = tests/fuzz/conntrack_line.cc $(fuzz_driver)
tests_fuzz_counters_SOURCES = tests/fuzz/counters.cc $(fuzz_driver)
tests_fuzz_destination_SOURCES = tests/fuzz/destination.cc $(fuzz_driver)
tests_fuzz_dump_SOURCES = tests/fuzz/dump.cc $(fuzz_driver)
tests_fuzz_mountinfo_SOURCES = tests/fuzz/mountinfo.cc $(fuzz_driver)
tests_fuzz_port_filter_SOURCES = tests/fuzz/port_filter.cc $(fuzz_driver)
tests_fuzz_port_list_SOURCES = tests/fuzz/port_list.cc $(fuzz_driver)
tests_fuzz_procfs_line_SOURCES = tests/fuzz/procfs_line.cc $(fuzz_driver)
tests_fuzz_range_SOURCES = tests/fuzz/range.cc $(fuzz_driver)
tests_fuzz_report_SOURCES = tests/fuzz/report.cc $(fuzz_driver)
tests_fuzz_settings_SOURCES = tests/fuzz/settings.cc $(fuzz_driver)
tests_fuzz_sockstat_SOURCES = tests/fuzz/sockstat.cc $(fuzz_driver)
tests_fuzz_utf8_SOURCES = tests/fuzz/utf8.cc $(fuzz_driver)

EXTRA_DIST += tests/fuzz/corpus tests/fuzz/fuzz.py tests/fuzz/netlink_mutator.cc tests/fuzz/seeds.cc

# With libFuzzer, in fuzz/, each target for so many seconds: make fuzz SECONDS=600 TARGETS='dump range'.
# What was found to reach further stays in fuzz/corpus/, for the next time.
SECONDS = 60
TARGETS = $(fuzz_tests:tests/fuzz/%=%)
FUZZ_CXX = clang++
FUZZ_FLAGS = -std=c++20 -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=fuzzer,address,undefined
.PHONY: fuzz fuzz-programs refresh-corpus
fuzz:
	FUZZ_CXX='$(FUZZ_CXX)' FUZZ_FLAGS='$(FUZZ_FLAGS)' \
		python3 -B $(srcdir)/tests/fuzz/fuzz.py $(srcdir) $(SECONDS) $(TARGETS)
# Writes the smallest inputs that reach the same code into the source.
refresh-corpus: fuzz-programs
	python3 -B $(srcdir)/tests/fuzz/fuzz.py --refresh $(srcdir) $(TARGETS)

fuzz-programs: $(TARGETS:%=fuzz/%)
fuzz_objects = $(patsubst %.cc,fuzz/%.o,$(filter common/%.cc,$(libephemeral_a_SOURCES))) \
	fuzz/tests/fuzz/recordings.o
fuzz/libephemeral.a: $(fuzz_objects)
	$(AM_V_AR)rm -f $@ && $(AR) cr $@ $^
fuzz/%.o: %.cc
	@$(MKDIR_P) $(@D)
	$(AM_V_CXX)$(FUZZ_CXX) $(FUZZ_FLAGS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(MNL_CFLAGS) $(FMT_CFLAGS) \
		-MMD -MP -c -o $@ $<
$(fuzz_tests:tests/%=%): fuzz/%: fuzz/tests/fuzz/%.o fuzz/tests/fuzz/seeds.o fuzz/libephemeral.a
	$(AM_V_CXXLD)$(FUZZ_CXX) $(FUZZ_FLAGS) -o $@ $^ $(FMT_LIBS) $(MNL_LIBS)
fuzz/conntrack fuzz/dump: fuzz/tests/fuzz/netlink_mutator.o
-include $(wildcard fuzz/*/*/*.d)
