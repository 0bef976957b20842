def write_schedules():
    pass
