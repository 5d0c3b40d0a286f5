# What check_ephemeral_ports is made of, and its tests.
libexec_PROGRAMS += plugins/check_ephemeral_ports
libephemeral_a_SOURCES += \
	plugins/ports_cures.cc plugins/ports_cures.h \
	plugins/ports_description.cc plugins/ports_description.h \
	plugins/ports_report.cc plugins/ports_report.h \
	plugins/ports_situation.cc plugins/ports_situation.h
tests_unit_tests_SOURCES += \
	tests/unit/ports_report.cc \
	tests/unit/ports_situation.cc
tests_live_tests_SOURCES += tests/live/check_ephemeral_ports.cc
