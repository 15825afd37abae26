using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Portal;

/// <summary>Where the calendar leads.</summary>
internal static class CalendarLinks
{
    /// <summary>Booking this time; who comes is chosen there.</summary>
    public static string Book(UserId doctor, Slot slot) => string.Create(CultureInfo.InvariantCulture, $"/calendar/book?doctor={doctor.Value}&at={Uri.EscapeDataString(SlotText.Of(slot.Wall))}");

    /// <summary>The day on which an appointment is, in its doctor's calendar.</summary>
    public static string DayOf(Appointment appointment) => new CalendarView(Stretch.Day, appointment.Date, appointment.DoctorId).Address;
}
