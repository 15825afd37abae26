-- How many there are of each status on each day is counted in here.
CREATE INDEX idx_appointments_date ON appointments(appointment_date, status);
