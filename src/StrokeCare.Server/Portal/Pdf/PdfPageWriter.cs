using PdfSharp;
using PdfSharp.Drawing;
using PdfSharp.Drawing.Layout;
using PdfSharp.Pdf;

namespace StrokeCare.Server.Portal;

/// <summary>Writes one A4 page from the top down. What does not fit any more is left out, and the page says so.</summary>
internal sealed class PdfPageWriter : IDisposable
{
    private const double Margin = 48;
    private const double Foot = 64;
    private const double LabelWidth = 190;

    private static readonly XColor Ink = XColor.FromArgb(20, 33, 42);
    private static readonly XColor Soft = XColor.FromArgb(69, 86, 95);
    private static readonly XColor Accent = XColor.FromArgb(11, 90, 117);

    private readonly PdfDocument document;
    private readonly PdfPage page;
    private readonly XGraphics graphics;
    private double y = Margin;

    public PdfPageWriter(string title)
    {
        PdfFonts.Use();
        document = new PdfDocument { Info = { Title = title, Creator = "StrokeCare Portal" }, Language = "en" };
        page = document.AddPage();
        page.Size = PageSize.A4;
        graphics = XGraphics.FromPdfPage(page);
    }

    public bool IsFull { get; private set; }

    private double Width => page.Width.Point - (2 * Margin);

    private double Left => page.Height.Point - Foot - y;

    public void Title(string text)
    {
        Block(text, Font(20, isBold: true), Accent);
        y += 2;
    }

    public void Heading(string text)
    {
        y += 8;
        Block(text, Font(12.5, isBold: true), Accent);
        graphics.DrawLine(new XPen(Accent, 0.8), Margin, y, Margin + Width, y);
        y += 5;
    }

    public void Text(string text) => Block(text, Font(10.5), Ink);

    public void Strong(string text) => Block(text, Font(11, isBold: true), Ink);

    public void Small(string text) => Block(text, Font(8.5), Soft);

    public void Fact(string name, string value)
    {
        var height = Math.Max(HeightOf(name, Font(10), LabelWidth), HeightOf(value, Font(10, isBold: true), Width - LabelWidth));
        if (!Fits(height)) return;
        Draw(name, Font(10), Soft, new(Margin, y, LabelWidth, height));
        Draw(value, Font(10, isBold: true), Ink, new(Margin + LabelWidth, y, Width - LabelWidth, height));
        y += height + 2.5;
    }

    /// <summary>The document, with this at the foot of its page.</summary>
    public byte[] Finish(string foot)
    {
        var bottom = page.Height.Point - Foot + 6;
        graphics.DrawLine(new XPen(Soft, 0.5), Margin, bottom, Margin + Width, bottom);
        Draw(IsFull ? $"There is more in the portal than fits on this page. {foot}" : foot, Font(8), Soft, new(Margin, bottom + 5, Width, Foot - 20));
        using var stream = new MemoryStream();
        document.Save(stream, closeStream: false);
        return stream.ToArray();
    }

    public void Dispose()
    {
        graphics.Dispose();
        document.Dispose();
    }

    private static XFont Font(double size, bool isBold = false) => new(PdfFonts.Family, size, isBold ? XFontStyleEx.Bold : XFontStyleEx.Regular);

    private void Block(string text, XFont font, XColor colour)
    {
        var height = HeightOf(text, font, Width);
        if (!Fits(height)) return;
        Draw(text, font, colour, new(Margin, y, Width, height));
        y += height + 3;
    }

    private bool Fits(double height)
    {
        if (height > Left) IsFull = true;
        return !IsFull;
    }

    private void Draw(string text, XFont font, XColor colour, XRect place) =>
        new XTextFormatter(graphics).DrawString(text, font, new XSolidBrush(colour), place, XStringFormats.TopLeft);

    // As the formatter breaks lines: between words, and by force where a word is wider than the line.
    private double HeightOf(string text, XFont font, double width)
    {
        var (lines, used) = (1, 0.0);
        var blank = graphics.MeasureString(" ", font).Width;
        foreach (var word in text.Split(' '))
        {
            var wide = graphics.MeasureString(word, font).Width;
            if (used > 0 && used + wide > width) (lines, used) = (lines + 1, 0);
            used += wide + blank;
        }

        return (lines * font.GetHeight()) + 1;
    }
}
