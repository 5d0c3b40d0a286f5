# What check_ephemeral_nat is made of, and its tests.
libexec_PROGRAMS += plugins/check_ephemeral_nat
libephemeral_a_SOURCES += \
	common/conntrack/attributes.h \
	common/conntrack/entry.h \
	common/conntrack/entry_message.cc common/conntrack/entry_message.h \
	common/conntrack/nat_census.cc common/conntrack/nat_census.h \
	common/conntrack/nat_table.cc common/conntrack/nat_table.h \
	common/conntrack/nat_tuple.h \
	common/conntrack/original_ports.h \
	common/conntrack/port_search.cc common/conntrack/port_search.h \
	common/conntrack/procfs.cc common/conntrack/procfs.h \
	common/conntrack/range_count.cc common/conntrack/range_count.h \
	common/conntrack/reader.cc common/conntrack/reader.h \
	common/conntrack/tuple_message.cc common/conntrack/tuple_message.h \
	common/kernel/conntrack_counters.cc common/kernel/conntrack_counters.h \
	plugins/nat_advice.cc plugins/nat_advice.h \
	plugins/nat_description.cc plugins/nat_description.h \
	plugins/nat_rows.cc plugins/nat_rows.h \
	plugins/nat_situation.cc plugins/nat_situation.h
tests_unit_tests_SOURCES += \
	tests/unit/conntrack_counters.cc \
	tests/unit/conntrack_entries.cc \
	tests/unit/nat_census.cc \
	tests/unit/nat_report.cc \
	tests/unit/port_search.cc \
	tests/unit/tuple_message.cc
tests_live_liblab_a_SOURCES += \
	tests/live/nat_lab.cc tests/live/nat_lab.h \
	tests/live/nat_network.cc tests/live/nat_network.h \
	tests/live/one_processor.cc tests/live/one_processor.h \
	tests/live/server.cc tests/live/server.h \
	tests/live/privileges.cc tests/live/privileges.h
tests_live_tests_SOURCES += \
	tests/live/check_ephemeral_nat.cc tests/live/nat_packets.cc \
	tests/live/nat_refused.cc tests/live/nat_truth.cc
