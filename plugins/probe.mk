# What check_ephemeral_probe is made of, and its tests.
libexec_PROGRAMS += plugins/check_ephemeral_probe
libephemeral_a_SOURCES += \
	plugins/probe_asking.cc plugins/probe_asking.h \
	plugins/probe_description.cc plugins/probe_description.h \
	plugins/probe_finding.cc plugins/probe_finding.h \
	plugins/probe_verdict.cc plugins/probe_verdict.h \
	plugins/probe_words.cc plugins/probe_words.h
tests_unit_tests_SOURCES += \
	tests/unit/probe.cc \
	tests/unit/probe_line.cc
tests_live_tests_SOURCES += tests/live/check_ephemeral_probe.cc
